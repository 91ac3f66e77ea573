import { heldVersions, type HistoryMarks } from '../domain/plan-record.js';
import type { StatePlan } from './change-states.js';

/** Marks of a history before and after a change. */
export interface MarkChange {
  readonly id: number;
  readonly before: HistoryMarks | undefined;
  readonly after: HistoryMarks;
}

/** Returns the changes of the marks of existing versions that retention spares. */
export function heldPlans({ id, before, after }: MarkChange): readonly StatePlan[] {
  const were = heldVersions(before);
  const are = heldVersions(after);
  const lastThere = before?.lastVersion ?? 0;
  const freed = were.filter((version) => !are.includes(version));
  const taken = are.filter((version) => !were.includes(version) && version <= lastThere);
  return [
    ...freed.map((version) => heldPlan(id, version, 0)),
    ...taken.map((version) => heldPlan(id, version, 1)),
  ];
}

function heldPlan(historyId: number, version: number, held: 0 | 1): StatePlan {
  return { historyId, version, changed: (state) => ({ ...state, held }) };
}
