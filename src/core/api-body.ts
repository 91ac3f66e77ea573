import { z } from 'zod';

/** Body of any bytes. */
export const bytesBody = z.string().meta({ format: 'binary', description: 'Bytes, unchanged.' });

/** Body of text. */
export function textBody(description: string, example: string) {
  return z.string().meta({ description, examples: [example] });
}

/** Body of any JSON value. */
export const memberBody = z.unknown().meta({ description: 'A JSON value.', examples: [5432] });
