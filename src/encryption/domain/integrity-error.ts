/**
 * Stored data is damaged, or was moved. Contains no details: they would only help someone who tries
 * things out.
 */
export class IntegrityError extends Error {
  override readonly name = 'IntegrityError';

  constructor() {
    super('stored data is damaged or belongs elsewhere');
  }
}
