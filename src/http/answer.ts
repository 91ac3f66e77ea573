/** What a handler gives back; the operation interceptor writes it out. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Objects go out as JSON; text and bytes as they are, under their content-type header. */
  readonly body?: object | string | Buffer;
  /** In place of a body: pieces that are made as fast as they are taken. */
  readonly stream?: AsyncIterable<Uint8Array>;
}

export function json(
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, body, headers };
}
