import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import type { RowMac } from './row-mac.js';

const NONCE_BYTES = 16;
const SUM_BYTES = 32;
const MODULUS = 1n << BigInt(SUM_BYTES * 8);

export interface ElementChange {
  readonly removed: readonly Uint8Array[];
  readonly added: readonly Uint8Array[];
}

/**
 * Digest over a set of rows, which changes with each row without reading the others. It is a keyed
 * sum behind a mask that is new each time, MSet-Add-Hash. Removing, adding or reverting an element
 * gives another digest.
 * https://people.csail.mit.edu/devadas/pubs/mhashes.pdf
 */
export class MultisetDigest {
  readonly #mac: RowMac;

  constructor(mac: RowMac) {
    this.#mac = mac;
  }

  /** Returns the digest of these elements; 48 bytes. */
  of(elements: readonly Uint8Array[]): Uint8Array {
    return this.#masked(this.#sum(elements));
  }

  /** Returns the digest after removing and adding these elements. */
  changed(digest: Uint8Array, { removed, added }: ElementChange): Uint8Array {
    return this.#masked(this.#unmasked(digest) - this.#sum(removed) + this.#sum(added));
  }

  /** Reports whether the digest is over these elements, in any order. */
  isOf(digest: Uint8Array | null, elements: readonly Uint8Array[]): boolean {
    if (digest?.byteLength !== NONCE_BYTES + SUM_BYTES) return false;
    return modulo(this.#unmasked(digest) - this.#sum(elements)) === 0n;
  }

  #sum(elements: readonly Uint8Array[]): bigint {
    return elements.reduce(
      (sum, one) => sum + numberOf(this.#mac.of('digest_elements', [one])),
      0n,
    );
  }

  #masked(sum: bigint): Uint8Array {
    const nonce = randomBytes(NONCE_BYTES);
    const number = modulo(sum + this.#mask(nonce));
    const hex = number.toString(16).padStart(SUM_BYTES * 2, '0');
    return Buffer.concat([nonce, Buffer.from(hex, 'hex')]);
  }

  #unmasked(digest: Uint8Array): bigint {
    const mask = this.#mask(digest.subarray(0, NONCE_BYTES));
    return numberOf(digest.subarray(NONCE_BYTES)) - mask;
  }

  #mask(nonce: Uint8Array): bigint {
    return numberOf(this.#mac.of('digest_masks', [nonce]));
  }
}

function numberOf(bytes: Uint8Array): bigint {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
  return BigInt(`0x${hex === '' ? '0' : hex}`);
}

function modulo(number: bigint): bigint {
  return ((number % MODULUS) + MODULUS) % MODULUS;
}
