// Reads files without a pause, and writes a line for each other content: the index of the file, and
// the number of its value, or `part` if the content is not whole.
//   reading-loop.ts FILE=COPIES...    a whole file has its value this often
import { readFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { contentOf } from './numbered-value.js';

const files = process.argv.slice(2).map((argument) => {
  const at = argument.lastIndexOf('=');
  return { path: argument.slice(0, at), copies: Number(argument.slice(at + 1)) };
});
const last = files.map(() => '');

for (;;) {
  for (const [index, { path, copies }] of files.entries()) {
    const text = readFileSync(path, 'latin1');
    if (text === last[index]) continue;
    last[index] = text;
    const number = Number(text.slice(0, text.indexOf(':')));
    const isWhole = text === contentOf(number, copies);
    process.stdout.write(`${index} ${isWhole ? number : 'part'}\n`);
  }
  await turn();
}
