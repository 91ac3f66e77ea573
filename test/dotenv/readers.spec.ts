import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { parse } from 'dotenv';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { renderFormat } from '../../src/secrets/domain/formats/render.js';
import { ensurePipPackages } from '../python-client/pip-packages.js';
import { values } from '../unit/secrets/domain/secret.builder.js';

type Variables = Readonly<Record<string, string | null>>;
type Reader = (files: readonly string[]) => readonly Variables[];

let packages = '';
beforeAll(async () => {
  packages = await ensurePipPackages({
    requirementsFile: join(import.meta.dirname, 'requirements.txt'),
    package: 'python-dotenv',
    name: 'python-dotenv',
    failure: 'format=dotenv cannot be tested',
  });
});

const readers: Readonly<Record<string, Reader>> = {
  'npm dotenv': (files) => files.map((file) => parse(file)),
  'Node --env-file': (files) => files.map((file) => parseEnv(file) as Variables),
  'python-dotenv': (files) => {
    const script = join(import.meta.dirname, 'read.py');
    const options = { input: JSON.stringify(files), env: { ...process.env, PYTHONPATH: packages } };
    return JSON.parse(execFileSync('python3', [script], options).toString()) as Variables[];
  },
};

/** The file of these values, or undefined if the format refuses one of them. */
function rendered(entries: Readonly<Record<string, string>>): string | undefined {
  try {
    return renderFormat(values(entries), { format: 'dotenv' });
  } catch {
    return undefined;
  }
}

const piece = fc.constantFrom(
  ...["'", '"', '\\', '$', '${A}', '`', '\n', '\r', '#', ' ', '=', 'a', 'n', '\t', 'é', '\u2028'],
);
const text = fc.oneof(fc.string({ unit: piece, maxLength: 8 }), fc.string({ unit: 'binary' }));
const entries = fc.record({ A: text, B: text, C: text });
const plain = [
  '',
  'plain',
  'a b',
  ' lead',
  'trail ',
  'a\nb',
  'ends\n',
  "it's",
  '$HOME',
  '#x',
  'a=b',
];

describe('format=dotenv', () => {
  it.each(Object.keys(readers))('is read by %s as it was written', (name) => {
    const cases = fc.sample(entries, { numRuns: 5_000, seed: 23 }).flatMap((given) => {
      const file = rendered(given);
      return file === undefined ? [] : [{ given, file }];
    });
    expect(cases.length).toBeGreaterThan(300);
    const read = readers[name]?.(cases.map(({ file }) => file)) ?? [];
    for (const [index, { given }] of cases.entries()) expect(read[index]).toEqual(given);
  });

  it.each(plain)('takes what most values are: %j', (value) => {
    expect(rendered({ A: value })).toBeDefined();
  });
});
