// Runs the editor's rules over cases from standard input, as JSON: {data, cases}; answers with what each gives.
import { readFileSync } from "node:fs";
import { CaptionRules } from "../../webapp/frontend/src/caption-rules.js";

const { data, cases } = JSON.parse(readFileSync(0, "utf8"));

const timed = (cues) => cues.map(([startMs, endMs, text]) => ({ startMs, endMs, text }));

const answers = cases.map(({ language, kind = "interpretation", duration_ms: durationMs = null, source_language, ...given }) => {
  const rules = new CaptionRules(data, { language, kind, durationMs, sourceLanguage: source_language });
  if (given.break !== undefined) return rules.breakLines(given.break);
  if (given.read !== undefined) return rules.tongue.characters(given.read);
  const complaints = rules.lint(timed(given.cues), given.source ? timed(given.source) : null);
  return complaints.map(({ cue, rule, weight, values }) => ({ cue, rule, weight, values }));
});

process.stdout.write(JSON.stringify(answers));
