import { randomInt } from 'node:crypto';
import { UsageError } from '../command.js';
import { secretNameOf } from '../connection/secret-name.js';
import type { CommandCall } from '../program/command-call.js';
import { reportWrite } from './report-write.js';
import { putKeys } from './set.js';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const LENGTH = 32;
/** Fewer characters can be guessed. */
const LENGTH_MIN = 8;
const LENGTH_MAX = 4_096;

const sets: Readonly<Record<string, string>> = {
  alphanumeric: LETTERS + DIGITS,
  hexadecimal: `${DIGITS}abcdef`,
  symbols: `${LETTERS}${DIGITS}!#%*+,-./:;<=>?@^_~`,
};

export async function generate(call: CommandCall): Promise<void> {
  const length = lengthOf(call.text('length'));
  const characters = sets[call.text('characters') ?? 'alphanumeric'] ?? '';
  const { gateway, namespace } = await call.connect();
  const secret = secretNameOf(call.argument(0), namespace);
  const value = Array.from({ length }, () => characters[randomInt(characters.length)]).join('');
  const data = { [call.argument(1)]: Buffer.from(value).toString('base64') };
  reportWrite(call, secret, await putKeys(call, gateway, { secret, data }));
}

function lengthOf(text: string | undefined): number {
  const length = text === undefined ? LENGTH : Number(text);
  if (!Number.isInteger(length) || length < LENGTH_MIN || length > LENGTH_MAX) {
    throw new UsageError(`--length is a number from ${LENGTH_MIN} to ${LENGTH_MAX}`);
  }
  return length;
}
