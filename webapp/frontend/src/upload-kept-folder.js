// The folder of the browser's private storage in which picked files are kept; named for the page and its worker.
export const PICKED = "picked";
