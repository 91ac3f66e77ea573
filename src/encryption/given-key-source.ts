import type { KeyObject } from 'node:crypto';
import { environmentSecret } from '../platform/config/env.js';
import { KEY_RULE, keyFrom } from './domain/key-bytes.js';
import { EncryptionKeyError } from './key-error.js';
import { readKeyFile } from './key-file.js';
import { KeySource } from './key-source.js';

/** Key that an operator created: it is its own source, and only the operator can replace it. */
export class GivenKeySource extends KeySource {
  override readonly makesKeys = false;
  override readonly id: string;
  override readonly provider: 'file' | 'environment';
  readonly #read: () => KeyObject;

  private constructor(id: string, provider: GivenKeySource['provider'], read: () => KeyObject) {
    super();
    this.id = id;
    this.provider = provider;
    this.#read = read;
  }

  static ofFile(id: string, path: string): GivenKeySource {
    return new GivenKeySource(id, 'file', () => readKeyFile(id, path));
  }

  static ofVariable(id: string, variable: string): GivenKeySource {
    return new GivenKeySource(id, 'environment', () => {
      const text = environmentSecret(variable);
      const key = text === undefined ? undefined : keyFrom(Buffer.from(text, 'latin1'));
      if (key !== undefined) return key;
      const reason = text === undefined ? 'is not set' : `holds no key: ${KEY_RULE}`;
      throw new EncryptionKeyError(`the encryption key ${id}: the variable ${variable} ${reason}`);
    });
  }

  override async load(): Promise<KeyObject> {
    return this.#read();
  }

  override async make(): Promise<{ readonly key: KeyObject; readonly wrapped: null }> {
    return { key: await this.load(), wrapped: null };
  }
}
