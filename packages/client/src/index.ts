export type { AuditFilter } from './audit.js';
export type { NewValue } from './keys.js';
export type {
  CallOptions,
  ConditionalWriteOptions,
  FormatOptions,
  ListOptions,
  PutOptions,
  ReadOptions,
  SecretListOptions,
  VersionReadOptions,
  WriteOptions,
} from './options.js';
export type { NextOptions } from './next-state.js';
export type { ListPage } from './pages.js';
export { PagedList } from './pages.js';
export type { Received, ResponseFacts } from './received.js';
export { delayMs, type RetrySettings } from './retry.js';
export { Sallyport, type SallyportSettings } from './sallyport.js';
export { SallyportError, type SallyportErrorCode } from './sallyport-error.js';
export { SecretBytes } from './secret-bytes.js';
export { SecretValues } from './secret-values.js';
export type { Secret } from './secrets.js';
export { type TokenSource, tokenFromFile } from './token.js';
export type { CreatedToken } from './tokens.js';
export type * from './types.js';
export type { RestoreOptions } from './versions.js';
export type { WatchOptions, WatchedChange } from './watch.js';
