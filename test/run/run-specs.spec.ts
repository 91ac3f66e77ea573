import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Display } from './display.js';
import { recordFlaky } from './flaky-record.js';
import { repeatFailed, runSpecs } from './run-specs.js';
import type { Verdict } from './verdict.js';

/** A worker of vitest is no place for another vitest to report to. */
const environment = { VITEST: '', VITEST_WORKER_ID: '', VITEST_POOL_ID: '' };
const bodies = {
  good: `it('passes', () => {});`,
  bad: `it('passes', () => {}); it('fails', () => expect(1).toBe(2));`,
  once: `it('fails once', () => {
    const isFirst = !existsSync(seen);
    writeFileSync(seen, '');
    expect(isFirst).toBe(false);
  });`,
  outside: `it('leaves an error behind', async () => {
    if (!existsSync(seen)) setTimeout(() => { throw new Error('left behind'); });
    writeFileSync(seen, '');
    await new Promise((resolve) => setTimeout(resolve, 50));
  });`,
  dies: `it('ends the process', () => process.kill(process.pid, 'SIGKILL'));`,
};

/** Guarantee: one flake does not sink a run, and nothing red passes for a flake. */
describe('spec files that are run by `npm test`', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sallyport-runner-'));
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    const reporter = relative(folder, resolve('test/run/run-reporter.js'));
    writeFileSync(
      join(folder, 'vitest.config.mts'),
      `import { RunReporter } from '${reporter}';
      const project = { test: { name: 'some', include: ['*.spec.ts'], isolate: false } };
      export default {
        test: { reporters: [new RunReporter()], pool: 'forks', maxWorkers: 1, projects: [project] },
      };`,
    );
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function write(name: string, body: string): void {
    const imports = `import { existsSync, writeFileSync } from 'node:fs';
      import { expect, it } from 'vitest';`;
    const seen = `const seen = '${join(folder, name)}.seen';`;
    writeFileSync(join(folder, `${name}.spec.ts`), `${imports}\n${seen}\n${body}`);
  }

  async function run(): Promise<{ readonly verdict: Verdict; readonly shown: string }> {
    const lines: string[] = [];
    const display = new Display(undefined, 'npm test --', (text) => void lines.push(text));
    const args = ['--root', folder, '--config', join(folder, 'vitest.config.mts')];
    try {
      const first = await runSpecs(args, display, environment);
      const verdict = await repeatFailed(first, args, display, environment);
      return { verdict, shown: lines.join('') };
    } finally {
      display.close();
    }
  }

  it('are green if one fails once, which is recorded as flaky', async () => {
    write('good', bodies.good);
    write('flaky', bodies.once);
    const { verdict } = await run();
    expect(verdict).toMatchObject({ passed: 2, failed: 0, isGreen: true });
    const failure: unknown = expect.stringContaining('fails once');
    expect(verdict.flaky).toEqual([{ project: 'some', path: 'flaky.spec.ts', failure }]);

    const file = join(folder, 'results', 'flaky.json');
    recordFlaky(verdict.flaky, file, new Date(0));
    recordFlaky(verdict.flaky, file, new Date(0));
    const record = { at: '1970-01-01T00:00:00.000Z', ...verdict.flaky[0] };
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual([record, record]);
  });

  it('are red if one always fails, with the failure and the command that repeats it', async () => {
    write('good', bodies.good);
    write('bad', bodies.bad);
    const { verdict, shown } = await run();
    expect(verdict).toMatchObject({ passed: 2, failed: 1, flaky: [], isGreen: false });
    expect(shown).toContain('FAILED bad.spec.ts (some)');
    expect(shown).toContain('expected 1 to be 2');
    expect(shown).toContain('alone: npm test -- bad.spec.ts');
  });

  it('are red with four flaky files', async () => {
    write('good', bodies.good);
    for (const name of ['a', 'b', 'c', 'd']) write(name, bodies.once);
    const { verdict } = await run();
    expect(verdict).toMatchObject({ passed: 5, failed: 4, isGreen: false });
    expect(verdict.flaky).toHaveLength(4);
  });

  it('run again after an error outside of their tests', async () => {
    write('outside', bodies.outside);
    const { verdict } = await run();
    expect(verdict).toMatchObject({ passed: 1, failed: 0, isGreen: true });
    expect(verdict.flaky[0]?.failure).toContain('left behind');
  });

  it('are red if a process dies, also with the files that it would have run', async () => {
    write('dies', bodies.dies);
    const { verdict } = await run();
    expect(verdict.isGreen).toBe(false);
    expect(existsSync(join(folder, 'results'))).toBe(false);
  });

  it('are red if there are none', async () => {
    const { verdict } = await run();
    expect(verdict).toMatchObject({ passed: 0, isGreen: false });
  });
});
