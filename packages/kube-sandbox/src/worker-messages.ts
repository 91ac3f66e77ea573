/** Members of Node's error about an address. */
export interface Address {
  readonly code?: string | undefined;
  readonly port?: number | undefined;
  readonly address?: string | undefined;
}

/** Message from the thread of a sandbox to the thread that started it. */
export type FromWorker =
  | {
      readonly kind: 'ready';
      readonly url: string;
      readonly caCertificate: string;
      readonly adminCertificate: string;
      readonly adminKey: string;
    }
  /** The start failed; one sentence, or an address that could not be bound. */
  | ({ readonly kind: 'refused'; readonly name: string; readonly message: string } & Address)
  /** An error while the sandbox runs; the sandbox continues. */
  | { readonly kind: 'fault'; readonly message: string }
  | { readonly kind: 'stopped' };

export type ToWorker = { readonly kind: 'stop' };
