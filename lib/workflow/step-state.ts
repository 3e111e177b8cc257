import type { JsonValue } from '../store/port.ts';
import type { Failure } from './retry-policy.ts';
import type { StepState, UndoState } from './workflow.ts';

/** What becomes of one step's state: pure, times as RFC 3339 strings. */
export function newStep(name: string): StepState {
  return {
    name,
    status: 'PENDING',
    attempts: 0,
    failures: 0,
    startedAt: null,
    finishedAt: null,
    error: null,
    output: null,
    undo: null,
  };
}

export function begunStep(step: StepState, at: string): StepState {
  return { ...step, status: 'RUNNING', attempts: step.attempts + 1, startedAt: step.startedAt ?? at };
}

export function begunUndo(step: StepState): StepState {
  return { ...step, undo: { ...undoOf(step), attempts: undoOf(step).attempts + 1 } };
}

export function doneStep(step: StepState, output: JsonValue, at: string): StepState {
  return { ...step, status: 'DONE', output, error: null, finishedAt: at };
}

export function undoneStep(step: StepState, at: string): StepState {
  const undo = { ...undoOf(step), done: true, error: null };
  return step.status === 'FAILED' ? { ...step, undo } : { ...step, undo, status: 'UNDONE', finishedAt: at };
}

export function failedStep(step: StepState, { error }: Failure): StepState {
  return { ...step, failures: step.failures + 1, error };
}

export function failedUndo(step: StepState, { error }: Failure): StepState {
  return { ...step, undo: { ...undoOf(step), failures: undoOf(step).failures + 1, error } };
}

function undoOf(step: StepState): UndoState {
  return step.undo ?? { attempts: 0, failures: 0, done: false, error: null };
}
