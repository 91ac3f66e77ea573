/** Of an error of Node about an address. */
export interface Address {
  readonly code?: string | undefined;
  readonly port?: number | undefined;
  readonly address?: string | undefined;
}

/** What the thread of a sandbox tells the one that started it. */
export type FromWorker =
  | {
      readonly kind: 'ready';
      readonly url: string;
      readonly caCertificate: string;
      readonly adminCertificate: string;
      readonly adminKey: string;
    }
  /** It could not start; one sentence, or an address that could not be bound. */
  | ({ readonly kind: 'refused'; readonly name: string; readonly message: string } & Address)
  /** Something went wrong while it runs; it goes on. */
  | { readonly kind: 'fault'; readonly message: string }
  | { readonly kind: 'stopped' };

export type ToWorker = { readonly kind: 'stop' };
