// The words of texts as the editor's page compares them: texts in, JSON on stdin, their words out.
import { readFileSync } from "node:fs";
import { keysOf } from "../../webapp/frontend/src/glossary-words.js";

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0)).map(keysOf)));
