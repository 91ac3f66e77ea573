import type { Misfit } from './decode-problems.js';
import type { SchemaNode, SchemaSource } from '../model/schema-node.js';

export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

/** Type that an object must have. */
export interface ObjectOptions {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Schema of the whole object; for custom resources, the schema of their definition. */
  readonly schema: SchemaNode | undefined;
  readonly schemas: SchemaSource;
  readonly isCustom: boolean;
  readonly fieldValidation: FieldValidation;
}

export interface DecodeOptions extends ObjectOptions {
  readonly contentType: string;
}

/** Error for a document that is not an object of its kind; callers add their own words. */
export class DecodeFailure extends Error {
  override readonly name = 'DecodeFailure';
  /** Type that the document names; undefined if unknown. */
  readonly is: { readonly version: string; readonly kind: string } | undefined;

  readonly misfit: Misfit | undefined;

  constructor(
    message: string,
    is?: { readonly version: string; readonly kind: string },
    misfit?: Misfit,
  ) {
    super(message);
    this.is = is;
    this.misfit = misfit;
  }
}
