// The panel that says where the statement stands: asked for again while there may be news.
const SOON_SECONDS = 3;
const LATER_SECONDS = 20;

export class Status {
  // `onNews(news)` is called with every answer, `onEnded()` when the visit is over.
  constructor({ address, panel, hasNewsSoon, onNews, onEnded }) {
    Object.assign(this, { address, panel, hasNewsSoon, onNews, onEnded });
    this.shown = null;
    document.addEventListener("visibilitychange", () => this.plan(0));
  }

  plan(seconds) {
    clearTimeout(this.timer);
    if (document.visibilityState === "visible") this.timer = setTimeout(() => this.ask(), seconds * 1000);
  }

  begin() {
    this.plan(this.hasNewsSoon ? SOON_SECONDS : LATER_SECONDS);
  }

  async ask() {
    let news = null;
    try {
      const answer = await fetch(this.address, { headers: { Accept: "application/json" } });
      if (answer.status === 403) return this.onEnded();
      if (answer.ok) news = await answer.json();
    } catch {
      // the line is away; the next question comes by itself
    }
    if (news) this.show(news);
    this.begin();
    return news;
  }

  show(news) {
    this.hasNewsSoon = news.has_news_soon;
    // Only real news is put into the page: a live region reads out what changes in it.
    if (news.panel !== this.shown && this.shown !== null) this.panel.innerHTML = news.panel;
    this.shown = news.panel;
    this.onNews(news);
  }
}
