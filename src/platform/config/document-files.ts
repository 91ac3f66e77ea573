import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { documentIdOf } from '../../core/document-id.js';
import { limits } from '../../core/limits.js';
import { SettingFileError, readSettingFile } from './read-setting-file.js';

const manifestSchema = z.record(z.string(), z.string());

/**
 * Returns the documents of a folder by their identifiers: each `.graphql` file is one, and each
 * `.json` file has an object of identifiers and texts, as generators of clients write it. Throws
 * SettingFileError.
 */
export function readDocumentFiles(folder: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  let bytes = 0;
  for (const file of documentFilesOf(folder)) {
    bytes += statSync(file).size;
    if (bytes > limits.graphqlPersistedBytesMax) {
      throw new SettingFileError(
        `the documents in ${folder} have more than ${limits.graphqlPersistedBytesMax} bytes`,
      );
    }
    for (const [id, text] of documentsOf(file)) texts.set(id, text);
  }
  return texts;
}

function documentFilesOf(folder: string): readonly string[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    throw new SettingFileError(`the folder ${folder} cannot be read`);
  }
  return entries
    .filter((entry) => !entry.isDirectory() && /\.(graphql|json)$/.test(entry.name))
    .map(({ name }) => join(folder, name))
    .toSorted();
}

function documentsOf(file: string): readonly (readonly [string, string])[] {
  const content = readSettingFile(file);
  if (file.endsWith('.graphql')) return [[documentIdOf(content), content]];
  const documents = Object.entries(manifestOf(file, content));
  for (const [id, text] of documents) {
    if (id === documentIdOf(text)) continue;
    throw new SettingFileError(`the file ${file} has a text whose hash is not its identifier`);
  }
  return documents;
}

function manifestOf(file: string, content: string): Readonly<Record<string, string>> {
  try {
    return manifestSchema.parse(JSON.parse(content));
  } catch {
    throw new SettingFileError(`the file ${file} holds no object of identifiers and texts (JSON)`);
  }
}
