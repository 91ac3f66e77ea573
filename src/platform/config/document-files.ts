import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { documentIdOf } from '../../core/document-id.js';
import { limits } from '../../core/limits.js';
import { parseJson } from '../../core/parse-json.js';
import { SettingFileError } from './read-setting-file.js';

const manifestSchema = z.record(z.string(), z.string());
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Returns the documents of a folder by their identifiers: each `.graphql` file is one, and each
 * `.json` file has an object of identifiers and texts, as generators of clients write it. Throws
 * SettingFileError.
 */
export function readDocumentFiles(folder: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  let bytes = 0;
  for (const file of documentFilesOf(folder)) {
    const content = contentOf(file, limits.graphqlPersistedBytesMax - bytes);
    bytes += content.length;
    for (const [id, text] of documentsOf(file, content)) texts.set(id, text);
  }
  return texts;
}

function documentFilesOf(folder: string): readonly string[] {
  try {
    const names = readdirSync(folder).filter((name) => /\.(graphql|json)$/.test(name));
    return names.toSorted().map((name) => join(folder, name));
  } catch {
    throw new SettingFileError(`the folder ${folder} cannot be read`);
  }
}

/** Reads a regular file: reading anything else may never end. */
function contentOf(file: string, bytesMax: number): Buffer {
  let content: Buffer;
  try {
    const found = statSync(file);
    if (!found.isFile()) throw new SettingFileError(`${file} is no file`);
    if (found.size > bytesMax) throw tooLarge();
    content = readFileSync(file);
  } catch (error) {
    if (error instanceof SettingFileError) throw error;
    throw new SettingFileError(`the file ${file} cannot be read`);
  }
  if (content.length > bytesMax) throw tooLarge();
  return content;
}

function tooLarge(): SettingFileError {
  const { graphqlPersistedBytesMax: bytesMax } = limits;
  return new SettingFileError(`the persisted documents have more than ${bytesMax} bytes`);
}

function documentsOf(file: string, content: Buffer): readonly (readonly [string, string])[] {
  if (file.endsWith('.graphql')) {
    const text = textOf(file, content);
    return [[documentIdOf(text), text]];
  }
  const documents = Object.entries(manifestOf(file, content));
  for (const [id, text] of documents) {
    if (id === documentIdOf(text)) continue;
    throw new SettingFileError(`the file ${file} has a text whose hash is not its identifier`);
  }
  return documents;
}

function textOf(file: string, content: Buffer): string {
  try {
    return utf8.decode(content);
  } catch {
    throw new SettingFileError(`the file ${file} is no text (UTF-8)`);
  }
}

function manifestOf(file: string, content: Buffer): Readonly<Record<string, string>> {
  try {
    return manifestSchema.parse(parseJson(content));
  } catch {
    throw new SettingFileError(`the file ${file} holds no object of identifiers and texts (JSON)`);
  }
}
