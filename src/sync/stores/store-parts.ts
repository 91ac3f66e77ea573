import type { SecretValue } from '../../core/secret-value.js';
import type { SecretKeyReference } from '../domain/secret-key-reference.js';
import type { SecretPayload } from './secret-payload.js';
import type { StoreTransport } from './store-transport.js';

/** Parts of an opened store: how requests are sent, and as whom. Nothing is sent at first. */
export interface StoreParts {
  /** Returns the transport to a server of the store. */
  readonly transportTo: (url: URL) => StoreTransport;
  /** Returns a short-lived token of the ServiceAccount for an audience. */
  readonly identity: (audience: string, signal: AbortSignal) => Promise<SecretValue>;
  /** Returns a value that the spec of the store references. Throws SyncRefused. */
  readonly referenced: (reference: SecretKeyReference) => Promise<SecretValue>;
  /** Name of the ServiceAccount and its namespace, for the trail of the store. */
  readonly account: { readonly namespace: string; readonly name: string };
  /** Form of values in stores with one text, or one sequence of bytes, for each secret. */
  readonly payload: SecretPayload;
  /** Time of day, in milliseconds. */
  readonly nowMs: () => number;
}
