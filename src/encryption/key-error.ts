import { StorageError } from '../platform/storage/storage-error.js';

/** A key cannot be used; the message is a sentence for operators and names no part of it. */
export class EncryptionKeyError extends StorageError {}
