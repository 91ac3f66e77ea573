import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { Client, type ServiceError, credentials, status } from '@grpc/grpc-js';
import { limits } from '../../core/limits.js';
import {
  type KmsStatus,
  type KmsWrapped,
  decryptRequest,
  decryptResponse,
  encryptRequest,
  encryptResponse,
  methods,
  statusResponse,
} from './kms-messages.js';

const options = {
  'grpc.initial_reconnect_backoff_ms': limits.keyLookSoonMs,
  'grpc.max_reconnect_backoff_ms': limits.kmsReconnectMsMax,
  'grpc.max_receive_message_length': limits.kmsAnswerBytesMax,
  'grpc.enable_http_proxy': 0,
  'grpc.enable_retries': 0,
} as const;

/** The plugin did not answer, or not as it should. The message is the end of a sentence. */
export class KmsError extends Error {
  override readonly name = 'KmsError';
}

/** Client of a KMS v2 plugin at a socket. Each call has a deadline, and throws KmsError. */
export class KmsPlugin {
  readonly socket: string;
  readonly #client: Client;

  constructor(socket: string) {
    this.socket = socket;
    this.#client = new Client(`unix://${resolve(socket)}`, credentials.createInsecure(), options);
  }

  status(): Promise<KmsStatus> {
    return this.#call(methods.status, Buffer.alloc(0), statusResponse);
  }

  encrypt(plaintext: Uint8Array): Promise<KmsWrapped> {
    return this.#call(methods.encrypt, encryptRequest(plaintext, randomUUID()), encryptResponse);
  }

  /** Returns the plaintext, for the caller to zero. */
  decrypt(wrapped: KmsWrapped): Promise<Buffer> {
    return this.#call(methods.decrypt, decryptRequest(wrapped, randomUUID()), decryptResponse);
  }

  close(): void {
    this.#client.close();
  }

  #call<T>(method: string, request: Buffer, read: (message: Uint8Array) => T): Promise<T> {
    const { promise, resolve: done, reject } = Promise.withResolvers<T>();
    this.#client.makeUnaryRequest(
      method,
      (bytes: Buffer) => bytes,
      (bytes: Buffer) => bytes,
      request,
      { deadline: Date.now() + limits.kmsCallMsMax },
      (error, answer) => {
        request.fill(0);
        try {
          if (error !== null) throw new KmsError(reasonOf(error));
          done(read(answer ?? Buffer.alloc(0)));
        } catch (problem) {
          const { message } = problem as Error;
          reject(
            problem instanceof KmsError ? problem : new KmsError(`answers wrongly: ${message}`),
          );
        }
      },
    );
    return promise;
  }
}

/** Returns only the code: a plugin's text may repeat its input. */
function reasonOf({ code }: ServiceError): string {
  if (code === status.UNAVAILABLE) return 'cannot be reached';
  if (code === status.DEADLINE_EXCEEDED) return `does not answer in ${limits.kmsCallMsMax} ms`;
  return `refuses (${status[code]})`;
}
