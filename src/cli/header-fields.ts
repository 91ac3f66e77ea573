import { readFileSync } from 'node:fs';
import { HEADER_FILE_RULE, headersIn } from '../platform/config/header-file.js';
import { UsageError } from './command.js';

/** Parses a file with header fields; none without a file. Throws UsageError for other content. */
export function headersOf(file: string | undefined): Readonly<Record<string, string>> {
  if (file === undefined) return {};
  const headers = headersIn(readFileSync(file, 'utf8'));
  if (headers !== undefined) return headers;
  throw new UsageError(`the header file holds no header fields: ${HEADER_FILE_RULE}`);
}
