// Prints a table of the longest test files of a run, from vitest's JSON results:
//   SALLYPORT_KEEP_RESULTS=/tmp/results.json .ci/run; node scripts/test-times.mjs /tmp/results.json
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

const FILES_SHOWN = 40;

const [resultsFile, root = process.cwd()] = process.argv.slice(2);
const { testResults, startTime } = JSON.parse(readFileSync(resultsFile, 'utf8'));
const files = testResults.map(({ name, startTime: start, endTime: end, assertionResults }) => ({
  path: relative(root, name),
  seconds: (end - start) / 1_000,
  // Without what starts servers before the first test, and between tests.
  testSeconds: assertionResults.reduce((sum, { duration }) => sum + (duration ?? 0), 0) / 1_000,
  tests: assertionResults.length,
}));
const total = files.reduce((sum, { seconds }) => sum + seconds, 0);
const end = Math.max(...testResults.map(({ endTime }) => endTime));

const minutes = (seconds) => (seconds / 60).toFixed(1);
console.log(`${files.length} files, ${minutes((end - startTime) / 1_000)} min by the clock,`);
console.log(`${minutes(total)} min of workers\n`);
console.log('| File | Tests | s | of them in tests |');
console.log('|---|---|---|---|');
for (const { path, seconds, testSeconds, tests } of files
  .toSorted((a, b) => b.seconds - a.seconds)
  .slice(0, FILES_SHOWN)) {
  console.log(`| \`${path}\` | ${tests} | ${seconds.toFixed(0)} | ${testSeconds.toFixed(0)} |`);
}
