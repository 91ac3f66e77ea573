/**
 * Something stored is damaged, or lies where it does not belong. Says no more: what exactly does
 * not fit is of use to nobody but who tries things out.
 */
export class IntegrityError extends Error {
  override readonly name = 'IntegrityError';

  constructor() {
    super('stored data is damaged or belongs elsewhere');
  }
}
