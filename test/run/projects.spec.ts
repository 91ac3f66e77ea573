import { globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { endToEnd, sandboxIsEnough } from './clusters.js';
import { leftOut } from './left-out.js';
import { longFiles } from './long-files.js';
import { selectionOf } from './projects.js';

const short = { isLong: false, hasLongFiles: false };
const node = selectionOf('node', short);
const full = selectionOf('full', short);
const found = (patterns: readonly string[]) => patterns.flatMap((pattern) => globSync(pattern));

describe('the spec files of a run', () => {
  it('run once in `npm run test:full`, on one cluster each, except for the long files', () => {
    const onSandbox = [...full.sandbox, ...full.sandboxWithServers];
    const notInMain = new Set(found(full.notInMain));
    const inMain = found(endToEnd).filter((path) => !notInMain.has(path));
    const all = [...onSandbox, ...inMain];
    expect(new Set(all).size).toBe(all.length);
    const long = longFiles.filter((path) => /^test\/(e2e|security)\//.test(path));
    expect([...all, ...long].toSorted()).toEqual(found(endToEnd).toSorted());
  });

  it('need Node alone in `npm test`, which has each such file of `npm run test:full`', () => {
    expect(node.sandbox).toEqual(full.sandbox);
    expect(node.sandbox.filter((path) => full.sandboxWithServers.includes(path))).toEqual([]);
    expect(node.sandbox.filter((path) => longFiles.includes(path))).toEqual([]);
    const some = selectionOf('node', { ...short, hasLongFiles: true });
    expect(some.sandbox).toEqual(expect.arrayContaining([...node.sandbox]));
  });

  it('of units run in the real environment if they start programs, and once', () => {
    const withOpenssl = 'test/unit/rotation/generators/certificate.spec.ts';
    expect(full.unit).toEqual(node.unit);
    expect(full.unit).not.toContain(withOpenssl);
    expect(full.notInMain).not.toContain(withOpenssl);
    expect(full.notInMain).toEqual(expect.arrayContaining([...full.unit]));
  });

  it('are all of `npm run test:long`, on both clusters', () => {
    const long = selectionOf('full', { isLong: true, hasLongFiles: false });
    const onSandbox = [...long.sandbox, ...long.sandboxWithServers];
    expect(onSandbox).toEqual(expect.arrayContaining(found(sandboxIsEnough)));
    expect(long.notInMain).toEqual(long.unit);
  });

  it('are the long files if these are asked for', () => {
    const rest = selectionOf('rest', short);
    expect([...rest.sandbox, ...rest.main].toSorted()).toEqual([...longFiles].toSorted());
    const { sandbox, sandboxWithServers } = selectionOf('full', { ...short, hasLongFiles: true });
    const some = 'test/e2e/rotation/no-failed-login.spec.ts';
    expect([...sandbox, ...sandboxWithServers]).toContain(some);
  });

  it('are named by folder if they were left out', () => {
    const text = leftOut(node.sandbox.map((path) => ({ path })));
    expect(text).toMatch(/^ {2}test\/integration\/audit {2}\d+$/m);
    expect(text).toContain('npm run test:full');
    expect(text).toContain(`${longFiles.length} long spec files`);
  });
});
