/**
 * What a WASI command (preview 1) sees of the world when it may see nothing: its arguments, an empty input, one file
 * that it writes and we keep in memory. No disk, no environment, a clock that stands still. Only the thirteen functions
 * that flite imports.
 */

interface Program {
  readonly program: never
}

interface Instance {
  readonly exports: { readonly memory: { readonly buffer: ArrayBuffer }; readonly _start: () => void }
}

/** The part of it that we use: TypeScript knows it only together with the whole browser. */
const { Module, Instance } = (
  globalThis as unknown as {
    readonly WebAssembly: {
      readonly Module: new (bytes: Uint8Array) => Program
      readonly Instance: new (program: Program, imports: Readonly<Record<string, object>>) => Instance
    }
  }
).WebAssembly

/** WASI's error numbers. */
const OK = 0
const BAD_FD = 8
const NO_SUCH_FILE = 44
const NOT_SEEKABLE = 70

const STDERR = 2
/** The folder in which every path is looked for, and the one file in it. */
const FOLDER = 3
const FILE = 4
const FOLDER_NAME = '/'
const O_CREAT = 1
const ALL_RIGHTS = 0xffff_ffff_ffff_ffffn
const DIRECTORY = 3
const REGULAR_FILE = 4

/** How a command ends before its last line. */
class Exit extends Error {
  readonly code: number

  constructor(code: number) {
    super(`exit ${code}`)
    this.code = code
  }
}

/** Compiles a command; takes some 60 ms and is good for any number of runs. */
export const compileCommand = (bytes: Uint8Array): Program => new Module(bytes)

export interface Ran {
  readonly exitCode: number
  /** What it wrote to the file it made. */
  readonly file: Uint8Array
}

/**
 * Runs the command to its end, which may take as long as it likes: it belongs into a thread that can be ended.
 * @param args after the program's own name, ASCII without NUL
 * @throws Error when the program falls into a trap or makes a larger file.
 */
export function runCommand(program: Program, args: readonly string[], fileBytesMax: number): Ran {
  const words = ['flite', ...args].map((word) => Buffer.from(`${word}\0`, 'latin1'))
  const chunks: Buffer[] = []
  let fileBytes = 0
  // Memory grows, and with it the buffer changes: never keep one over a call.
  const view = () => new DataView(instance.exports.memory.buffer)
  const u32 = (at: number, value: number) => view().setUint32(at, value, true)

  /** The list of buffers behind `at`: pairs of address and length. */
  function* buffers(at: number, count: number): Generator<Buffer> {
    const memory = view()
    for (let index = 0; index < count; index++) {
      const from = memory.getUint32(at + index * 8, true)
      yield Buffer.from(memory.buffer, from, memory.getUint32(at + index * 8 + 4, true))
    }
  }

  const wasi = {
    args_sizes_get(countAt: number, bytesAt: number): number {
      u32(countAt, words.length)
      u32(bytesAt, Buffer.concat(words).length)
      return OK
    },
    args_get(pointersAt: number, bytesAt: number): number {
      let at = bytesAt
      for (const [index, word] of words.entries()) {
        u32(pointersAt + index * 4, at)
        Buffer.from(view().buffer, at, word.length).set(word)
        at += word.length
      }
      return OK
    },
    clock_time_get(_clock: number, _precision: bigint, at: number): number {
      view().setBigUint64(at, 0n, true)
      return OK
    },
    fd_prestat_get(fd: number, at: number): number {
      if (fd !== FOLDER) return BAD_FD
      u32(at, 0)
      u32(at + 4, FOLDER_NAME.length)
      return OK
    },
    fd_prestat_dir_name(fd: number, at: number, length: number): number {
      if (fd !== FOLDER) return BAD_FD
      Buffer.from(view().buffer, at, length).write(FOLDER_NAME, 'latin1')
      return OK
    },
    //  0          2       8        16                 24
    //  | filetype | flags | rights | rights inherited |
    fd_fdstat_get(fd: number, at: number): number {
      if (fd > FILE) return BAD_FD
      const memory = view()
      memory.setBigUint64(at, BigInt(fd === FOLDER ? DIRECTORY : REGULAR_FILE), true)
      memory.setBigUint64(at + 8, ALL_RIGHTS, true)
      memory.setBigUint64(at + 16, ALL_RIGHTS, true)
      return OK
    },
    fd_fdstat_set_flags: (): number => OK,
    path_open(
      _folder: number,
      _lookup: number,
      _pathAt: number,
      _pathBytes: number,
      how: number,
      _rights: bigint,
      _inherited: bigint,
      _flags: number,
      at: number,
    ): number {
      if ((how & O_CREAT) === 0) return NO_SUCH_FILE
      u32(at, FILE)
      return OK
    },
    fd_read(_fd: number, _buffersAt: number, _count: number, at: number): number {
      u32(at, 0)
      return OK
    },
    fd_write(fd: number, buffersAt: number, count: number, at: number): number {
      let written = 0
      for (const bytes of buffers(buffersAt, count)) {
        written += bytes.length
        if (fd <= STDERR) continue
        fileBytes += bytes.length
        if (fileBytes > fileBytesMax) throw new Error(`it made more than ${fileBytesMax} bytes of sound`)
        chunks.push(Buffer.from(bytes))
      }
      u32(at, written)
      return OK
    },
    fd_seek: (): number => NOT_SEEKABLE,
    fd_close: (): number => OK,
    proc_exit(code: number): never {
      throw new Exit(code)
    },
  }

  const instance = new Instance(program, { wasi_snapshot_preview1: wasi })
  return { exitCode: exitCodeOf(instance), file: Buffer.concat(chunks) }
}

function exitCodeOf(instance: Instance): number {
  try {
    instance.exports._start()
    return 0
  } catch (error) {
    if (error instanceof Exit) return error.code
    throw error
  }
}
