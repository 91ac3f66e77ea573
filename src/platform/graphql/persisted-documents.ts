import { documentIdOf } from '../../core/document-id.js';
import { badRequest } from '../../core/errors/sallyport-error.js';

/** Identifier of a document by its text, and the text. */
export type DocumentTexts = ReadonlyMap<string, string>;

/** Documents that an operator has approved. A request names one by `documentId`. */
export class PersistedDocuments {
  readonly #texts: DocumentTexts;
  readonly #isOnly: boolean;

  /** `isOnly`: no other text is executed, however the request has it. */
  constructor(texts: DocumentTexts, { isOnly }: { readonly isOnly: boolean }) {
    this.#texts = texts;
    this.#isOnly = isOnly;
  }

  /** Returns the text of a document. Throws BadRequest if there is none of this identifier. */
  textOf(documentId: string): string {
    const text = this.#texts.get(documentId);
    if (text === undefined) throw badRequest('no persisted document has this documentId');
    return text;
  }

  /** Reports whether a text may be executed. */
  allows(text: string): boolean {
    // The text itself, too: the hash is that of its UTF-8, in which other texts are the same.
    return !this.#isOnly || this.#texts.get(documentIdOf(text)) === text;
  }
}
