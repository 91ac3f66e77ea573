// Prints a table of the longest test files of the last green run on this machine:
//   node scripts/test-times.mjs node|full
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const FILES_SHOWN = 40;

const [run = 'full'] = process.argv.slice(2);
const { SALLYPORT_TEST_CACHE: ours, XDG_CACHE_HOME: shared } = process.env;
const cache = ours || join(shared || join(homedir(), '.cache'), 'sallyport');
const { seconds, files } = JSON.parse(
  readFileSync(join(cache, 'test-times', `${run}.json`), 'utf8'),
);
const total = Object.values(files).reduce((sum, one) => sum + one, 0);

const minutes = (value) => (value / 60).toFixed(1);
console.log(`${Object.keys(files).length} files, ${minutes(seconds)} min by the clock,`);
console.log(`${minutes(total)} min of workers\n`);
console.log('| Project and file | s |');
console.log('|---|---|');
for (const [file, one] of Object.entries(files)
  .toSorted(([, a], [, b]) => b - a)
  .slice(0, FILES_SHOWN)) {
  console.log(`| \`${file}\` | ${one.toFixed(0)} |`);
}
