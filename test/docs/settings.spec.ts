import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { configJsonSchema } from '../../src/platform/config/config-json-schema.js';
import { configSchema } from '../../src/platform/config/config.schema.js';
import { loadConfig } from '../../src/platform/config/config.js';
import { settingPath, variableNames } from '../../src/platform/config/env.js';

const projectDir = join(import.meta.dirname, '..', '..');
const readme = readFileSync(join(projectDir, 'README.md'), 'utf8');

interface Schema {
  readonly type?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** Every setting that is no group of others, with its default as the page writes it. */
function settingsOf(schema: Schema, path: string, into: Map<string, string>): Map<string, string> {
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    const at = path === '' ? name : `${path}.${name}`;
    if (inner.properties) settingsOf(inner, at, into);
    else into.set(at, inner.default === undefined ? '' : asWritten(inner.default));
  }
  return into;
}

function asWritten(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function documented(): Map<string, { variable: string; fallback: string }> {
  const rows = [...readme.matchAll(/^\| `([a-z][A-Za-z.]+)` \| (.*?) \| (.*?) \| \S.* \|$/gm)];
  return new Map(
    rows.map(([, path = '', variable = '', fallback = '']) => [path, { variable, fallback }]),
  );
}

/** Guarantee: the table of the README is the configuration, no more and no less. */
it('documents every setting with its variable and default', () => {
  const settings = settingsOf(configJsonSchema() as Schema, '', new Map());
  const variables = new Map(variableNames.map((name) => [settingPath(name), `\`${name}\``]));
  const expected = [...settings].map(([path, fallback]) => [
    path,
    { variable: variables.get(path) ?? '', fallback },
  ]);
  expect(Object.fromEntries(documented())).toEqual(Object.fromEntries(expected));
});

it('ships an example file that the gateway takes', () => {
  const file = join(projectDir, 'sallyport.example.yaml');
  expect(configSchema.parse(loadConfig({ file, environment: {} }))).toBeDefined();
});
