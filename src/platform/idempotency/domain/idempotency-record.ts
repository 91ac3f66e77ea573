/** Response to a write: status and metadata, never a value. */
export interface IdempotentAnswer {
  readonly status: number;
  /** JSON; undefined if there was no body. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface IdempotencySlot {
  readonly credentialId: string;
  readonly route: string;
  readonly key: string;
}

export interface IdempotencyRecord {
  readonly fingerprint: Uint8Array;
  readonly state: 'running' | 'done' | 'unknown';
  readonly bootId: string;
  readonly answer?: IdempotentAnswer;
  readonly createdMs: number;
  /** No gateway with this key wrote the record: its contents are ignored. */
  readonly isForeign?: true;
}
