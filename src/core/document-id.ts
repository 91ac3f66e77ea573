import { createHash } from 'node:crypto';

/**
 * Returns the identifier of a GraphQL document by its text: `sha256:` and 64 hexadecimal digits.
 * https://github.com/graphql/graphql-over-http/blob/persisted-documents/spec/Appendix%20A%20--%20Persisted%20Documents.md
 */
export function documentIdOf(text: string): string {
  return `sha256:${createHash('sha256').update(text, 'utf8').digest('hex')}`;
}
