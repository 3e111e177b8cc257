/** Says how a long command gets on: a bar where somebody looks, a line per task where nobody does. */
export interface Progress {
  /** Begins a task of so many steps, called by a word in the plural; the one before is done. */
  begin(task: string, total: number, steps: string): void;
  /** So many more steps are done. */
  advance(steps: number): void;
  /** A line that stays. */
  line(text: string): void;
  /** The last task is done. */
  end(): void;
}

/** The part of a stream that is needed: `process.stdout` fits. */
export interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const NAME_WIDTH = 44;
const BAR_WIDTH = 30;
const REDRAW_AFTER = 80; // milliseconds
const CLEAR = '\r\u001b[2K';

export function createProgress(screen: Screen): Progress {
  let task: { readonly name: string; readonly steps: string; total: number; done: number; drawn: number } | undefined;
  const bar = screen.isTTY === true;

  function draw(): void {
    if (task === undefined || !bar) return;
    task.drawn = performance.now();
    const part = task.total === 0 ? 1 : Math.min(1, task.done / task.total);
    const filled = Math.round(part * BAR_WIDTH);
    const percent = `${Math.floor(part * 100)} %`.padStart(5);
    screen.write(
      `${CLEAR}  ${task.name.padEnd(NAME_WIDTH)}${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} ${percent}`,
    );
  }

  function end(): void {
    if (task === undefined) return;
    const { name, steps, done } = task;
    task = undefined;
    screen.write(`${bar ? CLEAR : ''}  ${name.padEnd(NAME_WIDTH)}${done.toLocaleString('en-US')} ${steps}\n`);
  }

  return {
    begin(name, total, steps) {
      end();
      task = { name, steps, total, done: 0, drawn: 0 };
      draw();
    },
    advance(steps) {
      if (task === undefined) return;
      task.done += steps;
      if (performance.now() - task.drawn > REDRAW_AFTER) draw();
    },
    line(text) {
      screen.write(`${bar ? CLEAR : ''}  ${text}\n`);
      draw();
    },
    end,
  };
}
