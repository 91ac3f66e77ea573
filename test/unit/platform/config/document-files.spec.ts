import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { documentIdOf } from '../../../../src/core/document-id.js';
import { limits } from '../../../../src/core/limits.js';
import { readDocumentFiles } from '../../../../src/platform/config/document-files.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-documents-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string) => writeFileSync(join(folder, name), text);

describe('the folder of persisted documents', () => {
  it('has a document in each .graphql file, and several in each .json file', () => {
    file('one.graphql', '{ a }');
    file('more.json', JSON.stringify({ [documentIdOf('{ b }')]: '{ b }' }));
    file('README.md', 'no document');
    mkdirSync(join(folder, 'below'));
    const expected = ['{ a }', '{ b }'].map((text) => [documentIdOf(text), text] as const);
    expect(readDocumentFiles(folder)).toEqual(new Map(expected));
  });

  it.each([
    ['a text under the hash of another', '{"sha256:00":"{ a }"}', /hash is not its identifier$/],
    ['a list', '["{ a }"]', /holds no object of identifiers and texts \(JSON\)$/],
    ['no JSON', '{ a }', /holds no object of identifiers and texts \(JSON\)$/],
    ['a name twice', '{"a":"x","a":"y"}', /holds no object of identifiers and texts \(JSON\)$/],
  ])('is refused with %s', (_name, text, message) => {
    file('bad.json', text);
    expect(() => readDocumentFiles(folder)).toThrow(message);
  });

  it('is refused where a file is none, leads nowhere, or is no text', () => {
    const path = join(folder, 'odd.graphql');
    execFileSync('mkfifo', [path]);
    expect(() => readDocumentFiles(folder)).toThrow(/odd.graphql is no file$/);
    rmSync(path);
    symlinkSync(join(folder, 'absent'), path);
    expect(() => readDocumentFiles(folder)).toThrow(/odd.graphql cannot be read$/);
    rmSync(path);
    writeFileSync(path, Buffer.from([0x7b, 0xff, 0x7d]));
    expect(() => readDocumentFiles(folder)).toThrow(/odd.graphql is no text \(UTF-8\)$/);
  });

  it('is refused where it does not exist, or has too many bytes', () => {
    expect(() => readDocumentFiles(join(folder, 'absent'))).toThrow(/absent cannot be read$/);
    file('large.graphql', ' '.repeat(limits.graphqlPersistedBytesMax + 1));
    expect(() => readDocumentFiles(folder)).toThrow(/more than 16777216 bytes$/);
  });
});
