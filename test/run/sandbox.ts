import { globSync } from 'node:fs';
import { endToEnd, realServerOnly } from './clusters.js';
import { specsWithServers } from './specs-with-servers.js';
import { runStep } from './step.js';

// `npm run test:sandbox`: what needs nothing but Node. It says what it leaves out.
const withServers = specsWithServers(endToEnd);
const realOnly = realServerOnly.flatMap((pattern) => globSync(pattern));
const leftOut = [...new Set([...withServers, ...realOnly])].toSorted();

const { isPassed } = await runStep(['vitest', 'run', '--project', 'sandbox'], {});
process.stderr.write(
  [
    `${leftOut.length} spec files were left out, which \`npm test\` runs: they need kubectl, a`,
    'database server, or a real API server.',
    ...leftOut.map((path) => `  ${path}`),
    '',
  ].join('\n'),
);
process.exitCode = isPassed ? 0 : 1;
