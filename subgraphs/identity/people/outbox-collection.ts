import { workflowCollection } from '#lib/workflow/workflow.ts';

/** Mail that is to be sent: workflows of their own, so that a mail server that hangs holds up nothing else. */
export const OUTBOX = { ...workflowCollection({ ended: ['status', 'finishedAt'] }), name: 'outbox' };
