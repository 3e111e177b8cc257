import type { CallFault, Fault, Recording, SeenCall, Where } from './fault.ts';

/** When a late call takes effect: when everything has come to rest, or after the mutation was asked for again as well. */
export type Release = 'at rest' | 'after repeat';

/** One way in which one step goes wrong. */
export interface Point {
  /** The step, for the table: `onboarding CreateUser`. */
  readonly step: string;
  readonly label: string;
  readonly faults: readonly Fault[];
  readonly release: Release;
}

const WHERES: readonly Where[] = ['before', 'after effect', 'after record'];

/** All that can go wrong in what was recorded: nobody lists the steps, so that none is forgotten. */
export function pointsOf(
  { calls, writes }: Pick<Recording, 'calls' | 'writes'>,
  sabotage: readonly Fault[] = [],
): Point[] {
  const last = calls.findLast(({ isCommand }) => isCommand);
  const prefix = sabotage.length === 0 ? '' : 'undoing: ';
  return [
    ...calls.flatMap((call) => (call.isCommand ? commandPoints(call) : questionPoints(call))),
    ...(last === undefined ? [] : [pointOf(last, 'stall', [faultOf(last, 'stall', 'before')])]),
    ...writes.map(({ at, ...write }): Point => {
      const step = `write ${write.service} ${write.collection}`;
      const faults = [{ on: 'write', kind: 'kill', ...write }] as const;
      return { step, label: `${step}, ${write.write} #${write.occurrence}: kill after it`, faults, release: 'at rest' };
    }),
  ].map((point) => ({ ...point, label: `${prefix}${point.label}`, faults: [...sabotage, ...point.faults] }));
}

/** The failure that turns a workflow round after this command has taken effect. */
export function refusalOf(call: SeenCall): Point {
  return pointOf(call, 'permanent after effect', [faultOf(call, 'permanent', 'after effect')]);
}

function commandPoints(call: SeenCall): Point[] {
  const { occurrence } = call;
  const late = faultOf(call, 'late', 'before');
  const refused = { ...faultOf(call, 'permanent', 'before'), occurrence: occurrence + 1 };
  return [
    ...WHERES.map((where) => pointOf(call, `kill ${where}`, [faultOf(call, 'kill', where)])),
    ...(['transient', 'permanent', 'hang'] as const).flatMap((kind) =>
      (['before', 'after effect'] as const).map((where) =>
        pointOf(call, `${kind} ${where}`, [faultOf(call, kind, where)]),
      ),
    ),
    pointOf(call, 'twice', [faultOf(call, 'twice', 'before')]),
    pointOf(call, 'late', [late]),
    pointOf(call, 'late, after the repetition', [late], 'after repeat'),
    pointOf(call, 'late, after it was refused', [late, refused]),
    pointOf(call, 'late, after it was refused and repeated', [late, refused], 'after repeat'),
  ];
}

/** A question has no effect of its own. */
function questionPoints(call: SeenCall): Point[] {
  return (['kill', 'transient', 'permanent', 'hang'] as const).map((kind) =>
    pointOf(call, `${kind} before`, [faultOf(call, kind, 'before')]),
  );
}

function faultOf({ caller, operation, occurrence }: SeenCall, kind: CallFault['kind'], where: Where): CallFault {
  return { on: 'call', caller, operation, occurrence, kind, where };
}

function pointOf(call: SeenCall, what: string, faults: readonly Fault[], release: Release = 'at rest'): Point {
  const step = `${call.caller} ${call.operation}`;
  return { step, label: `${step} #${call.occurrence}: ${what}`, faults, release };
}
