import type { Misfit } from './decode-problems.js';
import type { SchemaNode, SchemaSource } from '../model/schema-node.js';

export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

/** What an object has to be. */
export interface ObjectOptions {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Of the whole object; for custom resources that of their definition. */
  readonly schema: SchemaNode | undefined;
  readonly schemas: SchemaSource;
  readonly isCustom: boolean;
  readonly fieldValidation: FieldValidation;
}

export interface DecodeOptions extends ObjectOptions {
  readonly contentType: string;
}

/** Why a document is no object of a kind; the callers say it in their own words. */
export class DecodeFailure extends Error {
  override readonly name = 'DecodeFailure';
  /** What the document says it is; undefined where it cannot be told. */
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
