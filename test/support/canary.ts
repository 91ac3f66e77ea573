import { randomBytes } from 'node:crypto';

/** A value that stands nowhere else; its characters are changed by every common encoding. */
export function newCanary(): string {
  const unique = () => randomBytes(9).toString('base64url').replaceAll(/[-_]/g, 'x');
  return `CANARY-${unique()}/é"\\+${unique()}`;
}

interface Needle {
  readonly encoding: string;
  readonly text: string;
}

/** Finds a value in text or bytes, in whatever way it may have been written down. */
export class CanaryScanner {
  readonly #needles: readonly Needle[];

  constructor(value: string) {
    this.#needles = needlesOf(value);
  }

  /** The encodings in which the value is in there. */
  find(haystack: string | Uint8Array): string[] {
    const bytes = typeof haystack === 'string' ? Buffer.from(haystack, 'utf8') : haystack;
    const text = Buffer.from(bytes).toString('latin1');
    const lowerCase = text.toLowerCase();
    return this.#needles
      .filter(({ encoding, text: needle }) =>
        /hex|percent/.test(encoding) ? lowerCase.includes(needle) : text.includes(needle),
      )
      .map(({ encoding }) => encoding);
  }
}

/** Parts count too: half a password is a leak. */
function needlesOf(value: string): Needle[] {
  const half = Math.floor(value.length / 2);
  const parts = {
    whole: value,
    'first half': value.slice(0, half),
    'last half': value.slice(half),
  };
  return Object.entries(parts).flatMap(([part, text]) =>
    encodingsOf(text).map(({ encoding, text: encoded }) => ({
      encoding: `${encoding} of the ${part}`,
      text: encoded,
    })),
  );
}

function encodingsOf(text: string): Needle[] {
  const bytes = Buffer.from(text, 'utf8');
  const latin1 = (encoded: string) => Buffer.from(encoded, 'utf8').toString('latin1');
  return [
    { encoding: 'raw', text: latin1(text) },
    { encoding: 'utf-16le', text: Buffer.from(text, 'utf16le').toString('latin1') },
    { encoding: 'JSON', text: latin1(JSON.stringify(text).slice(1, -1)) },
    { encoding: 'JSON in JSON', text: latin1(quotedTwice(text)) },
    { encoding: 'hex', text: bytes.toString('hex') },
    { encoding: 'percent', text: encodeURIComponent(text).toLowerCase() },
    ...base64Cores(bytes),
  ];
}

function quotedTwice(text: string): string {
  return JSON.stringify(JSON.stringify(text)).slice(3, -3);
}

/** Base64 of a value within something longer: three alignments, without the ends that vary. */
function base64Cores(bytes: Buffer): Needle[] {
  return [0, 1, 2].flatMap((offset) => {
    const core = bytes.subarray(offset, offset + Math.floor((bytes.length - offset) / 3) * 3);
    return (['base64', 'base64url'] as const).map((encoding) => ({
      encoding: `${encoding} at ${offset}`,
      text: core.toString(encoding),
    }));
  });
}
