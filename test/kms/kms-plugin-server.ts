import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type GrpcObject,
  Server,
  ServerCredentials,
  type ServiceClientConstructor,
  type handleUnaryCall,
  loadPackageDefinition,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const NONCE = 'nonce.kms.sallyport.dev';
const options = { authTagLength: 16 } as const;

interface Wrapped {
  readonly ciphertext: Buffer;
  readonly key_id: string;
  readonly annotations: Readonly<Record<string, Buffer>>;
}

/**
 * A KMS v2 plugin that really encrypts, on a socket of its own, read and written by somebody else's
 * protocol buffers. Its keys live as long as it.
 */
export class KmsPluginServer {
  readonly socket: string;
  /** What Status says. */
  healthz = 'ok';
  version = 'v2';
  /** Calls are left without an answer. */
  isSilent = false;
  readonly calls = { Status: 0, Encrypt: 0, Decrypt: 0 };
  readonly #dir = mkdtempSync(join(tmpdir(), 'sallyport-kms-'));
  readonly #keys = new Map<string, Buffer>();
  #keyId = '';
  #rotations = 0;
  #server: Server | undefined;

  private constructor() {
    this.socket = join(this.#dir, 'kms.sock');
    this.rotate();
  }

  static async start(): Promise<KmsPluginServer> {
    const plugin = new KmsPluginServer();
    await plugin.listen();
    return plugin;
  }

  get keyId(): string {
    return this.#keyId;
  }

  /** Another key encrypts from now on; former ones still decrypt. */
  rotate(): void {
    this.#rotations += 1;
    this.#keyId = `key-${this.#rotations}`;
    this.#keys.set(this.#keyId, randomBytes(32));
  }

  /** A key is gone for good. */
  destroyKey(keyId: string): void {
    this.#keys.delete(keyId);
  }

  async listen(): Promise<void> {
    const server = new Server();
    const { v2 } = loadPackageDefinition(
      loadSync(join(import.meta.dirname, 'kms.proto'), { keepCase: true, defaults: true }),
    ) as GrpcObject & { v2: { KeyManagementService: ServiceClientConstructor } };
    server.addService(v2.KeyManagementService.service, {
      Status: this.#answer('Status', () => ({
        ...{ version: this.version, healthz: this.healthz, key_id: this.#keyId },
      })),
      Encrypt: this.#answer('Encrypt', ({ plaintext }: { plaintext: Buffer }) =>
        this.#encrypt(plaintext),
      ),
      Decrypt: this.#answer('Decrypt', (wrapped: Wrapped) => ({
        plaintext: this.#decrypt(wrapped),
      })),
    });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.bindAsync(`unix://${this.socket}`, ServerCredentials.createInsecure(), (error) =>
      error === null ? resolve() : reject(error),
    );
    await promise;
    this.#server = server;
  }

  /** Nobody listens any more. */
  hangUp(): void {
    this.#server?.forceShutdown();
    rmSync(this.socket, { force: true });
  }

  stop(): void {
    this.hangUp();
    rmSync(this.#dir, { recursive: true, force: true });
  }

  #answer<Request, Answer>(
    name: 'Status' | 'Encrypt' | 'Decrypt',
    answer: (request: Request) => Answer,
  ): handleUnaryCall<Request, Answer> {
    return ({ request }, done) => {
      this.calls[name] += 1;
      if (this.isSilent) return;
      try {
        done(null, answer(request));
      } catch {
        done({ code: status.FAILED_PRECONDITION, details: 'no such key' });
      }
    };
  }

  #encrypt(plaintext: Buffer): Wrapped {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#key(this.#keyId), nonce, options);
    const ciphertext = Buffer.concat([
      ...[cipher.update(plaintext), cipher.final(), cipher.getAuthTag()],
    ]);
    return { ciphertext, key_id: this.#keyId, annotations: { [NONCE]: nonce } };
  }

  #decrypt({ ciphertext, key_id: keyId, annotations }: Wrapped): Buffer {
    const nonce = annotations[NONCE] ?? Buffer.alloc(12);
    const decipher = createDecipheriv('aes-256-gcm', this.#key(keyId), nonce, options);
    decipher.setAuthTag(ciphertext.subarray(-16));
    return Buffer.concat([decipher.update(ciphertext.subarray(0, -16)), decipher.final()]);
  }

  #key(keyId: string): Buffer {
    const key = this.#keys.get(keyId);
    if (key === undefined) throw new Error('no such key');
    return key;
  }
}
