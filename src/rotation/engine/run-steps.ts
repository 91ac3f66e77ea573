import { assertNever } from '../../core/assert-never.js';
import { createStep } from './create-step.js';
import { finishStep } from './finish-step.js';
import { retireStep } from './retire-step.js';
import type { StepCall, StepDependencies, StepResult } from './step-dependencies.js';
import { setStep, testStep } from './target-steps.js';

/** Does the current step of a run. Its error describes the failure. */
export function runStep(parts: StepDependencies, call: StepCall): Promise<StepResult> {
  const { step } = call.run;
  switch (step) {
    case 'create':
      return createStep(parts, call);
    case 'set':
      return setStep(parts, call);
    case 'test':
      return testStep(parts, call);
    case 'finish':
      return finishStep(parts, call);
    case 'retire':
      return retireStep(parts, call);
    default:
      return assertNever(step);
  }
}
