import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ConfigSources,
  ConfigurationError,
  loadConfig,
} from '../../../../src/platform/config/config.js';

const removed =
  'worker processes were removed: run replicas on PostgreSQL instead (docs/postgresql.md)';
let dir: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-retired-'));
});

afterAll(() => rmSync(dir, { recursive: true }));

function problemsOf(sources: ConfigSources): readonly string[] {
  try {
    loadConfig({ environment: {}, ...sources });
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

function fileOf(text: string): string {
  const file = join(dir, 'sallyport.yaml');
  writeFileSync(file, text);
  return file;
}

describe('the setting workers is refused in one sentence that names replicas', () => {
  it.each(['2', '0', 'many', '{ count: 2 }', 'null'])('in a file: %s', (value) => {
    expect(problemsOf({ file: fileOf(`workers: ${value}`) })).toEqual([`workers: ${removed}`]);
  });

  it.each(['2', '0', 'many', ''])('as a variable: %j', (value) => {
    const problems = problemsOf({ environment: { SALLYPORT_WORKERS: value } });
    expect(problems).toEqual([`SALLYPORT_WORKERS: ${removed}`]);
  });

  it('as a variable that names a file', () => {
    const environment = { SALLYPORT_WORKERS_FILE: '/absent' };
    expect(problemsOf({ environment })).toEqual([`SALLYPORT_WORKERS_FILE: ${removed}`]);
  });

  it('beside whatever else is wrong', () => {
    const problems = problemsOf({ file: fileOf('workers: 2\ntypo: 1') });
    expect(problems).toHaveLength(2);
    expect(problems).toContain(`workers: ${removed}`);
  });

  it('and nowhere else: a member of that name is unknown', () => {
    expect(problemsOf({ file: fileOf('listen: { workers: 2 }') }).join()).not.toContain(removed);
  });
});
