import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { reasonsOf } from './verdict.js';

/** Between the times at which the certificates of the fixtures begin and end. */
export const fixtureMs = Date.UTC(2030, 0, 1);

export interface Context {
  nowMs?: number;
  password?: string;
}

/** Title, value, and what else the check knows. */
export type GoodRow = readonly [title: string, value: string | Buffer, context?: Context];
export type BadRow = readonly [
  title: string,
  value: string | Buffer,
  reason: RegExp,
  context?: Context,
];

/** Returns a file that openssl, ssh-keygen or keytool wrote. */
export function fixture(path: string): string {
  return readFileSync(new URL(`fixtures/${path}`, import.meta.url), 'utf8');
}

/** Returns the bytes of a file in base64. */
export function fixtureBytes(path: string): Buffer {
  return Buffer.from(fixture(`${path}.b64`), 'base64');
}

export function pem(label: string, der: Buffer, columns = 64): string {
  const lines = der.toString('base64').match(new RegExp(`.{1,${columns}}`, 'g')) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

export function derOf(pemText: string): Buffer {
  return Buffer.from(pemText.replaceAll(/-----[^-]*-----/g, ''), 'base64');
}

/** Returns an element of DER. */
export function element(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  if (content.length < 128) return Buffer.concat([Buffer.from([tag, content.length]), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([Buffer.from([tag, 0x84]), length, content]);
}

/** Returns an integer of DER that is positive and odd. */
export function integer(sizeBytes: number): Buffer {
  return element(2, Buffer.from([0x41]), Buffer.alloc(sizeBytes - 1, 0xa5));
}

/** Returns an SSH string or number sequence: each part after its length. */
export function sshBlob(...parts: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(Buffer.byteLength(part));
      return [length, Buffer.from(part)];
    }),
  );
}

/** Tests that a kind finds nothing wrong with values. */
export function itAllows(kind: string, rows: readonly GoodRow[]): void {
  it.each(titled(rows))('allows %s', (_title, [, value, context]) => {
    expect(reasonsOf(kind, value, { nowMs: fixtureMs, ...context })).toEqual([]);
  });
}

/** Tests that a kind has reasons, each with eight characters of the value at most but `names`. */
export function itRefuses(
  kind: string,
  rows: readonly BadRow[],
  names: readonly string[] = [],
): void {
  it.each(titled(rows))('refuses %s', (_title, [, value, reason, context]) => {
    const reasons = reasonsOf(kind, value, { nowMs: fixtureMs, ...context });
    expect(reasons.join('\n')).toMatch(reason);
    for (const one of reasons) expect(quotedPart(one, value, names)).toBeUndefined();
  });
}

function titled<T extends readonly [string, ...unknown[]]>(
  rows: readonly T[],
): (readonly [string, T])[] {
  return rows.map((row) => [row[0], row] as const);
}

function quotedPart(
  reason: string,
  value: string | Buffer,
  names: readonly string[],
): string | undefined {
  const text = typeof value === 'string' ? value : value.toString('latin1');
  const rest = names.reduce((left, name) => left.replaceAll(name, '\n'), reason);
  for (let at = 0; at + 9 <= rest.length; at += 1) {
    const part = rest.slice(at, at + 9);
    if (text.includes(part)) return part;
  }
  return undefined;
}
