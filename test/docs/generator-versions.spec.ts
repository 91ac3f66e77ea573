import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { generatorVersion } from '../api-tools/openapi-generator.js';

function captured(path: string, pattern: RegExp): string {
  const value = pattern.exec(readFileSync(path, 'utf8'))?.[1];
  if (value === undefined) throw new Error(`${path}: no line like ${pattern}`);
  return value;
}

const tools = 'test/api-tools';
const generators = [
  [
    'docs/call-from-python.md',
    `openapi-python-client==${captured(`${tools}/openapi-python-client/requirements.txt`, /^openapi-python-client==(\S+)/m)}`,
  ],
  [
    'docs/call-from-go.md',
    `oapi-codegen@${captured(`${tools}/oapi-codegen/go.mod`, /oapi-codegen\/v2 (v\S+)/)}`,
  ],
  [
    'docs/call-from-go.md',
    `runtime@${captured(`${tools}/go-service/go.mod`, /oapi-codegen\/runtime (v\S+)/)}`,
  ],
  ['docs/call-from-java.md', `openapi-generator (${generatorVersion})`],
] as const;

/** Packages that a page installs, as lock files of long tests pin them. */
const npmTools = ['graphql-codegen', 'relay-compiler'].flatMap((tool) => {
  const { dependencies } = JSON.parse(readFileSync(`${tools}/${tool}/package.json`, 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  return Object.entries(dependencies).map(
    ([name, version]) => ['docs/query-with-graphql.md', `${name}@${version}`] as const,
  );
});

it.each([...generators, ...npmTools])(
  '%s names the generator that long tests run: %s',
  (page, generator) => {
    expect(readFileSync(page, 'utf8')).toContain(generator);
  },
);
