import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { endToEnd, realServerOnly, sandboxIsEnough } from './clusters.js';
import { specsWithServers } from './specs-with-servers.js';

const withServers = specsWithServers(endToEnd);
const every = endToEnd.flatMap((pattern) => globSync(pattern));

describe('specs on the sandbox', () => {
  it('need servers where a file that they import starts one', () => {
    expect(withServers).toContain('test/e2e/rotation/no-failed-login.spec.ts');
    expect(withServers).toContain('test/e2e/kubectl/table.spec.ts');
    expect(withServers).not.toContain('test/e2e/secrets/lists.spec.ts');
    expect(withServers.length).toBeLessThan(every.length / 2);
  });

  it.each([...realServerOnly, ...sandboxIsEnough])('are there: %s', (pattern) => {
    expect(globSync(pattern)).not.toEqual([]);
  });

  it('are run once at least', () => {
    const onRealServer = realServerOnly.flatMap((one) => globSync(one));
    const onSandbox = sandboxIsEnough.flatMap((one) => globSync(one));
    expect(onRealServer.filter((path) => onSandbox.includes(path))).toEqual([]);
  });

  it('are all run, or are in the table of those that are not', () => {
    const page = readFileSync('docs/sandbox-differences.md', 'utf8');
    for (const pattern of realServerOnly) expect(page).toContain(`| \`${pattern}\` |`);
  });
});
