/** The guard of a change did not hold: neither the change nor its event is stored. */
export class ChangeLost extends Error {
  override readonly name = 'ChangeLost';
}
