/** Content of one key, readable by checks of kinds only. */
export interface KindContent {
  readonly bytes: Buffer;
  /** Text of the bytes; undefined if the bytes are not UTF-8. */
  readonly text: string | undefined;
}

/** Facts outside the key that a check may use. */
export interface KindContext {
  readonly nowMs: number;
  /** Password that opens a key store; undefined if no key has one. */
  readonly password?: string | undefined;
}

/**
 * Format that the value of a key must have. `reasons` returns what is wrong, never with a part of
 * the value. Each check reads at most `bytesMax` bytes and takes less than 100 ms.
 */
export interface Kind {
  readonly description: string;
  readonly bytesMax: number;
  readonly reasons: (content: KindContent, context: KindContext) => readonly string[];
}

/** Returns the reasons of a text, which has to be UTF-8. */
export function ofText(
  reasons: (text: string, context: KindContext) => readonly string[],
): Kind['reasons'] {
  return ({ text }, context) => (text === undefined ? ['must be UTF-8'] : reasons(text, context));
}

/** Returns the reason if the text has a line end at its end, which most readers keep. */
export function lineEndReasons(text: string): readonly string[] {
  return /[\r\n]$/.test(text) ? ['must not end with a line end'] : [];
}
