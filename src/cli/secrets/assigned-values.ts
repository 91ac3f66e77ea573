import { open } from 'node:fs/promises';
import { UsageError } from '../command.js';
import { codeOf } from '../output/system-error.js';
import type { Terminal } from '../terminal.js';
import type { ValueSource } from './assignments.js';

/** Longest value, in bytes: a Secret has at most 1 MiB. */
export const valueBytesMax = 1024 * 1024;

/** Returns the values as base64, by key. */
export async function assignedValues(
  assignments: ReadonlyMap<string, ValueSource>,
  terminal: Terminal,
): Promise<Readonly<Record<string, string>>> {
  const values: [string, string][] = [];
  for (const [key, source] of assignments) {
    const bytes = await bytesOf(key, source, terminal);
    values.push([key, bytes.toString('base64')]);
  }
  return Object.fromEntries(values);
}

async function bytesOf(key: string, source: ValueSource, terminal: Terminal): Promise<Buffer> {
  switch (source.kind) {
    case 'input':
      if (terminal.isInputTerminal) {
        terminal.err(`type the value of ${key}, then Ctrl-D; ${key} alone asks without echo\n`);
      }
      return terminal.readInput(valueBytesMax);
    case 'literal':
      return Buffer.from(source.text);
    case 'file':
      return fileBytes(source.path);
    case 'prompt':
      if (!terminal.isInputTerminal) {
        throw new UsageError(
          `there is no terminal to ask for ${key}: use ${key}=- or ${key}=@FILE`,
        );
      }
      return Buffer.from(await terminal.readHidden(`${key}: `));
  }
}

/** Reads a file up to the limit. */
async function fileBytes(path: string): Promise<Buffer> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw new UsageError(`the file ${path} cannot be read: ${codeOf(error)}`);
  });
  try {
    const bytes = Buffer.alloc(valueBytesMax + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length);
      length += bytesRead;
      if (bytesRead === 0 || length === bytes.length) break;
    }
    if (length > valueBytesMax) throw new UsageError(`the file ${path} has more than 1 MiB`);
    return bytes.subarray(0, length);
  } finally {
    await file.close();
  }
}
