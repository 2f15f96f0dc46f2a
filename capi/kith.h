/* kith.h: kith, the embeddable CRM engine, from C (C99, C11, C++17). docs/getting-started-c.md is
 * a complete program, docs/abi.md the promise.
 *
 *   #define KITH_API_ALLOW_UNSTABLE
 *   #include <kith.h>
 *   kith_database* db = NULL;
 *   kith_error* error = NULL;
 *   if (kith_database_open("crm", KITH_NTS, NULL, &db, &error) < 0)
 *     fprintf(stderr, "%s: %s\n", kith_error_code_name(error), kith_error_message(error, NULL));
 *
 * RESULTS. A function that can fail returns int32_t: KITH_OK 0; a positive number for an expected
 *   outcome (KITH_NOT_FOUND), which makes no error object; a negative one for a failure. Its last
 *   parameter `error` may be NULL; otherwise it is set to NULL first and, on failure, to an object
 *   that the caller frees with kith_error_free. Out-parameters are set to NULL or 0 first. The
 *   other functions cannot fail: given NULL or an index out of range they answer 0, NULL or "".
 * TEXT is UTF-8. Into kith: pointer and size in bytes, or KITH_NTS for text that ends with '\0';
 *   (NULL, 0) and (NULL, KITH_NTS) are empty. Out of kith: a pointer, always with a '\0' behind
 *   it, and the size through a pointer that may be NULL.
 * @ownership is one of three: "caller frees with F"; "borrowed until F" of the object it was
 *   asked of; "static", valid for ever. What goes in is copied before the call returns. Every
 *   free function accepts NULL and never fails. An object keeps alive what it was made from:
 *   objects may be freed in any order.
 * THREADS are stated with each type. No callback is called after the function it was given to has
 *   returned. A handle that came through fork() answers KITH_FORKED; freeing it frees memory only.
 * INPUT STRUCTS begin with struct_size and are filled by their init function; they only ever grow
 *   at the end. Bytes named reserved, and those behind what the library knows, must be 0.
 * STABILITY. Until 1.0 everything declared with KITH_UNSTABLE, which is everything, may change;
 *   a program says that it knows by defining KITH_API_ALLOW_UNSTABLE.
 */
#ifndef KITH_H
#define KITH_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Version ------------------------------------------------------------------------------- */

/* The version of this header: major * 1000000 + minor * 1000 + patch. */
#define KITH_VERSION_NUMBER 1000
#define KITH_VERSION_STRING "0.1.0"

/* The version a program is written for; what is newer is not declared. Unset: this header's. */
#ifndef KITH_API_VERSION
#define KITH_API_VERSION KITH_VERSION_NUMBER
#endif
#define KITH_API_VERSION_AT_LEAST(major, minor, patch) \
  (KITH_API_VERSION >= (major)*1000000 + (minor)*1000 + (patch))
#if KITH_API_VERSION > KITH_VERSION_NUMBER
#error "KITH_API_VERSION is newer than this kith.h"
#endif
#if defined(KITH_API_ALLOW_UNSTABLE) && KITH_API_VERSION != KITH_VERSION_NUMBER
#error "unstable functions exist in one version only: do not define KITH_API_VERSION with them"
#endif

#if defined(__GNUC__) || defined(__clang__)
#define KITH_API __attribute__((visibility("default")))
#else
#define KITH_API
#endif
/* Marks a function that may change until 1.0. */
#define KITH_UNSTABLE KITH_API

/* ---- Constants ----------------------------------------------------------------------------- */

/* As the size of a text: it ends with '\0'. */
#define KITH_NTS ((size_t)-1)

/* Results. Frozen. */
enum {
  KITH_OK = 0,
  KITH_NOT_FOUND = 1, /* no such record, report or type; the value is null */

  KITH_INVALID_ARGUMENT = -100, /* the call itself is wrong: NULL, bad name, wrong kind */
  KITH_CLOSED = -101,           /* the database or transaction was closed */
  KITH_WRONG_THREAD = -102,     /* a transaction was used on a thread that did not begin it */
  KITH_FORKED = -103,           /* the handle was inherited through fork() */
  KITH_ALREADY_OPEN = -104,     /* another copy of kith in this process has it open */
  KITH_UNSUPPORTED = -105,      /* this build or version cannot do it */

  KITH_VALIDATION = -200, /* the write was refused; see the violations */
  KITH_CONFLICT = -201,   /* the record is not at the version the caller expected */
  KITH_REFUSED = -202,    /* a pipeline does not allow the move */
  KITH_PERMISSION = -203, /* the session may not */
  KITH_LIMIT = -204,      /* a named limit was passed; the message names it and its option */

  KITH_MODEL_INVALID = -300,      /* the model document has errors; see the violations */
  KITH_MODEL_INCOMPATIBLE = -301, /* the model cannot follow the one the database has */

  KITH_EXPRESSION_SYNTAX = -400, /* the text is not an expression */
  KITH_EXPRESSION_TYPE = -401,   /* the expression does not fit the entity type */
  KITH_EXPRESSION_FAILED = -402, /* division by zero, overflow, missing operand */

  KITH_IO = -500,               /* the operating system refused; the message has its words */
  KITH_BUSY = -501,             /* another writer holds the database */
  KITH_STORE_FULL = -502,       /* disk or configured size used up */
  KITH_READERS_FULL = -503,     /* too many concurrent readers */
  KITH_CORRUPT = -504,          /* stored bytes are not what they must be */
  KITH_VERSION_MISMATCH = -505, /* written by an incompatible version */
  KITH_READ_ONLY = -506,        /* a write on a read-only handle or file system */
  KITH_UNKNOWN_OUTCOME = -507,  /* the commit may or may not have landed */
  KITH_OUT_OF_MEMORY = -508,
  KITH_HISTORY_TRIMMED = -509, /* asked for a time before the retention floor */

  KITH_IMPORT_INVALID = -600, /* the file or its mapping cannot be used at all */

  KITH_CALLBACK_ERROR = -700, /* kith never makes this one: it is the callbacks' own, see below */

  KITH_INTERNAL = -900 /* a defect in kith */
};

/* What a callback returns: KITH_OK to go on, KITH_CALLBACK_STOP to end early without error where
 * its function says so, or a negative number, such as KITH_CALLBACK_ERROR, which ends the function
 * and is returned by it unchanged. */
enum { KITH_CALLBACK_STOP = 1 };

/* Kinds of a value. Choices are text, multi-choices lists of text. Frozen. */
enum {
  KITH_KIND_NULL = 0,
  KITH_KIND_BOOL = 1,
  KITH_KIND_INT = 2,
  KITH_KIND_UINT = 3,
  KITH_KIND_DOUBLE = 4,
  KITH_KIND_DECIMAL = 5,
  KITH_KIND_MONEY = 6,
  KITH_KIND_TEXT = 7,
  KITH_KIND_BYTES = 8,
  KITH_KIND_DATE = 9,
  KITH_KIND_TIMESTAMP = 10,
  KITH_KIND_DURATION = 11,
  KITH_KIND_REFERENCE = 12,
  KITH_KIND_LIST = 13,
  KITH_KIND_MAP = 14,
  KITH_KIND_TYPE = 15,    /* a type as an expression's value; its name is read as text */
  KITH_KIND_OPTIONAL = 16 /* a value of an expression that may be there or not */
};

/* Why an evaluation of an expression has no value (docs/expressions.md). Frozen. */
enum {
  KITH_EVALUATION_NONE = 0,    /* it has one */
  KITH_EVALUATION_MISSING = 1, /* an operand was null; a key or a record is absent */
  KITH_EVALUATION_DATA = 2,    /* division by zero, overflow, index out of range, bad text, ... */
  KITH_EVALUATION_LIMIT = 3,   /* cost or memory */
  KITH_EVALUATION_BUG = 4,     /* no such function for values whose types were not known before */
  KITH_EVALUATION_HOST = 5     /* it was not evaluated: the error says what failed */
};

/* Bits of kith_session_options.capabilities: what a session may do beyond the ordinary. */
enum {
  KITH_CAPABILITY_BACKDATE = 1,          /* set effective_at */
  KITH_CAPABILITY_PIPELINE_OVERRIDE = 2, /* move past guards and requirements */
  KITH_CAPABILITY_PURGE = 4,             /* erase a record for ever */
  KITH_CAPABILITY_CHANGE_MODEL = 8,      /* apply a model, repair a database */
  KITH_CAPABILITY_TRIM_HISTORY = 16,     /* drop old history for good */
  KITH_CAPABILITY_ALL = 31
};

enum {
  KITH_DURABILITY_FULL = 0,    /* on disk when commit returns */
  KITH_DURABILITY_DEFERRED = 1 /* a power failure may lose the last commits, never corrupts */
};

enum {
  KITH_CHANGE_CREATE = 0,
  KITH_CHANGE_UPDATE = 1,
  KITH_CHANGE_DELETE = 2,
  KITH_CHANGE_RESTORE = 3,
  KITH_CHANGE_PURGE = 4
};

/* States of a run. KITH_RUN_ANY is for kith_run_filter only. */
enum {
  KITH_RUN_ANY = -1,
  KITH_RUN_ACTIVE = 0,    /* waits for its next step */
  KITH_RUN_DONE = 1,      /* carried out to its end */
  KITH_RUN_STOPPED = 2,   /* its exit_when held */
  KITH_RUN_FAILED = 3,    /* a step failed; kith_runs_message says why */
  KITH_RUN_CANCELLED = 4, /* its automation was retired, its record is gone, or the host said so */
  KITH_RUN_SUSPENDED = 5  /* a loop guard ended it */
};

/* States of a message in the outbox. KITH_MESSAGE_ANY is for kith_message_filter only. */
enum {
  KITH_MESSAGE_ANY = -1,
  KITH_MESSAGE_PENDING = 0, /* to be handed out */
  KITH_MESSAGE_LEASED = 1,  /* handed out, not yet acknowledged */
  KITH_MESSAGE_DEAD = 2     /* refused too often: waits for a person, blocks nobody */
};

/* Kinds of an item of a timeline. */
enum { KITH_TIMELINE_CHANGE = 0, KITH_TIMELINE_ACTIVITY = 1 };

enum { KITH_FORMAT_CSV = 0, KITH_FORMAT_JSON = 1, KITH_FORMAT_JSON_LINES = 2 };

/* Features of kith_has_feature. */
enum {
  KITH_FEATURE_DISK_STORE = 1,   /* databases in directories */
  KITH_FEATURE_MEMORY_STORE = 2, /* the path ":memory:" */
  KITH_FEATURE_EXPRESSIONS = 3,  /* the expression language in queries, rules and by itself */
  KITH_FEATURE_REPORTS = 4,      /* report documents and the built-in reports */
  KITH_FEATURE_CSV = 5,          /* import and export of CSV */
  KITH_FEATURE_PIPELINES = 6,    /* moves through stages, and the history of stages */
  KITH_FEATURE_AUTOMATIONS = 7,  /* runs and timers, carried out by kith_session_tick */
  KITH_FEATURE_OUTBOX = 8,       /* messages for the host to deliver */
  KITH_FEATURE_CAPTURE = 9,      /* kith_txn_capture, and timelines */
  KITH_FEATURE_CHECK = 10,       /* kith_database_check */
  KITH_FEATURE_BACKUP = 11,      /* backup, dump, load and compact */
  KITH_FEATURE_PAST = 12,        /* readers of the past, undo, trimming of the history */
  KITH_FEATURE_FEED = 13,        /* changes as a stream, cursors, kith_database_wait */
  KITH_FEATURE_POOL = 14         /* kith_pool */
};

/* ---- Plain values (frozen: these structs never grow) ---------------------------------------- */

/* coefficient * 10^-scale; the coefficient is the 128-bit two's complement number hi:lo. */
typedef struct kith_decimal {
  uint64_t lo;
  int64_t hi;
  int32_t scale; /* 0..18 */
  int32_t reserved;
} kith_decimal;

typedef struct kith_money {
  kith_decimal amount;
  char currency[4]; /* three upper-case letters and '\0', or four '\0' for none */
  uint8_t reserved[4];
} kith_money;

/* An instant since 1970-01-01T00:00:00Z, or a span of time. Nanoseconds 0..999999999 count
 * forward from the seconds, also when those are negative. Records keep microseconds. */
typedef struct kith_time {
  int64_t seconds;
  int32_t nanoseconds;
  int32_t reserved;
} kith_time;

/* ---- Handles ------------------------------------------------------------------------------- */

/* An error: immutable; any thread. */
typedef struct kith_error kith_error;
/* A text made by kith: immutable; any thread. */
typedef struct kith_string kith_string;
/* One directory, one CRM. Any thread, several at once. */
typedef struct kith_database kith_database;
/* What is known of a database at one moment: immutable; any thread. */
typedef struct kith_info kith_info;
/* Who acts, with which powers, in which time zone. Any thread, several at once. */
typedef struct kith_session kith_session;
/* A view to read from: a snapshot, or a transaction's with its own writes. A snapshot is used by
 * one thread at a time and may move between threads; a transaction's reader only by the thread
 * that began the transaction. Holding a snapshot for long keeps the space of overwritten data. */
typedef struct kith_reader kith_reader;
/* The one writer of a database. Only the thread that began it: another gets KITH_WRONG_THREAD. */
typedef struct kith_txn kith_txn;
/* Field names and values to write. One thread at a time. */
typedef struct kith_patch kith_patch;
/* A value. Borrowed ones are immutable: any thread. Those a program makes: one thread at a time. */
typedef struct kith_value kith_value;
/* A compiled expression: immutable; any thread. One on records outlives the database it was made
 * with, and follows the model of the reader that it is evaluated on. */
typedef struct kith_expr kith_expr;
/* A copy of a record: immutable, outlives its reader; any thread. */
typedef struct kith_record kith_record;
/* The result of a query or report: immutable, outlives its reader; any thread. */
typedef struct kith_rows kith_rows;
/* Changes: those of a record, newest first, or a page of the feed, in the order of their commits.
 * Immutable, outlives its reader; any thread. */
typedef struct kith_history kith_history;
/* What came of an import: immutable; any thread. */
typedef struct kith_import_report kith_import_report;
/* Lists that were read at one moment: immutable, outlive their reader; any thread. */
typedef struct kith_pipelines kith_pipelines;
typedef struct kith_moves kith_moves;
typedef struct kith_stage_visits kith_stage_visits;
typedef struct kith_automations kith_automations;
typedef struct kith_runs kith_runs;
typedef struct kith_messages kith_messages;
typedef struct kith_timeline kith_timeline;
/* A score of a record, row by row: immutable, outlives its reader; any thread. */
typedef struct kith_score kith_score;
typedef struct kith_feed_cursors kith_feed_cursors;
/* What came of a move, a tick, a capture, an undo, a trim, a check, a dump or load, a compaction:
 * immutable; any thread. */
typedef struct kith_move_result kith_move_result;
typedef struct kith_tick_result kith_tick_result;
typedef struct kith_capture_result kith_capture_result;
typedef struct kith_undo_result kith_undo_result;
typedef struct kith_trim_result kith_trim_result;
typedef struct kith_check_report kith_check_report;
typedef struct kith_dump_stats kith_dump_stats;
typedef struct kith_compact_result kith_compact_result;
/* Thousands of databases, few of them open at a time. Any thread, several at once. */
typedef struct kith_pool kith_pool;
/* Numbers of a pool at one moment: immutable; any thread. */
typedef struct kith_pool_stats kith_pool_stats;

/* ---- Callbacks ------------------------------------------------------------------------------ */

/* Called on the thread of the import, after each chunk: rows and bytes of the file read so far,
 * and its size, 0 when unknown. KITH_CALLBACK_STOP ends the import; what landed stays. It may
 * read through other sessions, and must not write to the database or end the import's session. */
typedef int32_t (*kith_progress_fn)(void* user, uint64_t rows, uint64_t bytes,
                                    uint64_t bytes_total);
/* Called on the thread of the export or dump with the next bytes of the output, in order. The same
 * calls are legal inside as in kith_progress_fn. KITH_CALLBACK_STOP ends it without error; of a
 * dump, what was written until then is none that could be loaded. */
typedef int32_t (*kith_write_fn)(void* user, const char* data, size_t size);
/* Called on the thread of the load for its next bytes: at most `capacity` of them, which is never
 * 0, to `data`, and their number to `size`; 0 is the end. It may not touch the database that is
 * being made. KITH_CALLBACK_STOP has no meaning here. */
typedef int32_t (*kith_read_fn)(void* user, char* data, size_t capacity, size_t* size);
/* Called on the thread of kith_session_write to write what is to land. `txn` is the callback's only
 * until it returns: it may neither commit, abort nor free it, nor begin another transaction, tick,
 * or write to the database in another way. It may be called again, from the start, when the file
 * had to grow: it must have no other effects. KITH_OK: what it wrote is to land. Anything else,
 * KITH_NOT_FOUND or a negative number, undoes it and is returned by kith_session_write unchanged.
 * `error`, which is not NULL, is for the call that is returned: `return kith_txn_update(txn, ...,
 * error);` makes its error that of kith_session_write, with all the violations. */
typedef int32_t (*kith_txn_fn)(void* user, kith_txn* txn, kith_error** error);
/* Called once with `user`, before the function that was given it returns, whatever came of it. */
typedef void (*kith_destroy_fn)(void* user);

/* ---- Input structs -------------------------------------------------------------------------- */

typedef struct kith_open_options {
  uint32_t struct_size;
  uint8_t read_only;
  uint8_t reserved[3];
  uint32_t max_readers;          /* default 1024 */
  uint32_t max_path_hops;        /* references followed by an expression of a rule; 3 */
  uint64_t max_file_bytes;       /* 0, the default: as the disk allows */
  uint64_t max_result_rows;      /* 1,000,000 */
  uint64_t max_groups;           /* 100,000 */
  uint64_t max_expression_cost;  /* of one evaluation; 1,000,000 */
  uint32_t max_expression_bytes; /* 16,384 */
  uint32_t max_fields_per_type;  /* 512 */
  uint32_t max_chain_depth;      /* automations begun by automations; 10 */
  uint32_t max_message_attempts; /* leases of a message of the outbox; then it is dead; 8 */
  uint64_t max_value_bytes;      /* of one text, bytes or json value; 16 MiB */
  uint64_t max_as_of_changes;    /* changes that one reader of the past looks at; 1,000,000 */
  uint64_t max_undo_records;     /* records that one undo may write; 10,000 */
  uint64_t max_related_rows;     /* of one to-many relation of one record; 1,000 */
} kith_open_options;
#define KITH_OPEN_OPTIONS_V1_SIZE 56
#define KITH_OPEN_OPTIONS_V2_SIZE 64 /* to max_message_attempts */
#define KITH_OPEN_OPTIONS_V3_SIZE 88 /* to max_undo_records */
#define KITH_OPEN_OPTIONS_V4_SIZE 96 /* to max_related_rows */

typedef struct kith_create_options {
  uint32_t struct_size;
  uint32_t reserved;
  const char* model; /* a model document; empty: the standard model */
  size_t model_size;
  kith_time now;                 /* required: the host's time */
  const kith_open_options* open; /* NULL: defaults */
} kith_create_options;
#define KITH_CREATE_OPTIONS_V1_SIZE 48

typedef struct kith_session_options {
  uint32_t struct_size;
  uint32_t capabilities; /* KITH_CAPABILITY_ bits; default none */
  uint64_t actor;        /* the acting user's record; 0, the default: the host itself */
  const char* time_zone; /* IANA name or offset; default "UTC" */
  size_t time_zone_size;
} kith_session_options;
#define KITH_SESSION_OPTIONS_V1_SIZE 32

typedef struct kith_txn_options {
  uint32_t struct_size;
  int32_t durability;     /* KITH_DURABILITY_FULL */
  kith_time now;          /* required: the host's time */
  kith_time effective_at; /* used when has_effective_at is 1; needs the capability backdate */
  uint8_t has_effective_at;
  uint8_t reserved[7];
  int64_t timeout_ms; /* to wait for another writer, then KITH_BUSY; default 5000 */
  const char* cause;  /* why, for the history */
  size_t cause_size;
} kith_txn_options;
#define KITH_TXN_OPTIONS_V1_SIZE 72

typedef struct kith_import_options {
  uint32_t struct_size;
  uint8_t dry_run; /* 1: read, convert and check everything, write nothing */
  uint8_t reserved[3];
  uint32_t chunk_rows; /* rows of a transaction; default 500 */
  uint32_t reserved2;
  kith_time now;       /* required: the host's time */
  const char* mapping; /* JSON (docs/import.md); empty: columns named like fields */
  size_t mapping_size;
  const char* mapping_name; /* file name of the mapping, for its errors */
  size_t mapping_name_size;
  const char* rejects_path; /* CSV of the refused rows, written when there are any; empty: none */
  size_t rejects_path_size;
  kith_progress_fn progress; /* may be NULL */
  void* user;
  kith_destroy_fn destroy; /* may be NULL */
} kith_import_options;
#define KITH_IMPORT_OPTIONS_V1_SIZE 104

typedef struct kith_export_options {
  uint32_t struct_size;
  int32_t format; /* KITH_FORMAT_CSV */
  uint8_t include_deleted;
  uint8_t reserved[7];
  const char* const* columns; /* expressions that end with '\0'; none: id and every field */
  size_t column_count;
  const char* where; /* an expression; empty: every record */
  size_t where_size;
} kith_export_options;
#define KITH_EXPORT_OPTIONS_V1_SIZE 48

typedef struct kith_move_options {
  uint32_t struct_size;
  uint32_t reserved;
  const char* field; /* the pipeline's field; empty: the only one the type has */
  size_t field_size;
  const char* expected_stage; /* else KITH_CONFLICT; empty: any */
  size_t expected_stage_size;
  uint64_t expected_version; /* else KITH_CONFLICT; 0: any */
} kith_move_options;
#define KITH_MOVE_OPTIONS_V1_SIZE 48

typedef struct kith_tick_options {
  uint32_t struct_size;
  int32_t durability; /* KITH_DURABILITY_FULL */
  kith_time now;      /* required: the host's time */
  uint32_t max_runs;  /* the budget: runs to take up at most; default 10,000 */
  uint32_t reserved;
  int64_t timeout_ms; /* to wait for another writer, then KITH_BUSY; default 5000 */
  kith_time keep;     /* for how long what has ended is remembered; default 30 days */
} kith_tick_options;
#define KITH_TICK_OPTIONS_V1_SIZE 56

typedef struct kith_run_filter {
  uint32_t struct_size;
  int32_t state;          /* KITH_RUN_ANY */
  uint64_t record;        /* 0: of any */
  const char* automation; /* its name; empty: of any */
  size_t automation_size;
  uint64_t limit; /* default 1000; 0: as many as there are */
} kith_run_filter;
#define KITH_RUN_FILTER_V1_SIZE 40

/* Something that happened outside. */
typedef struct kith_inbound_event {
  uint32_t struct_size;
  uint32_t reserved;
  const char* id; /* the host's own name of the event, at most 400 bytes; empty: not remembered */
  size_t id_size;
  const char* name; /* required: what automations wait for, "payment.received" */
  size_t name_size;
  uint64_t record;        /* required: what it is about */
  const kith_value* data; /* a map, read as event.<name> by automations; NULL: nothing */
} kith_inbound_event;
#define KITH_INBOUND_EVENT_V1_SIZE 56

/* A message for the outbox. */
typedef struct kith_message_draft {
  uint32_t struct_size;
  uint8_t has_not_before;
  uint8_t reserved[3];
  const char* topic; /* required: what kind of deliverer takes it, "email", "webhook" */
  size_t topic_size;
  const kith_value* payload;   /* a map; NULL: an empty one */
  const char* idempotency_key; /* empty: made from the sequence */
  size_t idempotency_key_size;
  uint64_t record;      /* messages of one record are handed out in order; 0: in no order */
  kith_time not_before; /* used when has_not_before is 1: not handed out earlier */
} kith_message_draft;
#define KITH_MESSAGE_DRAFT_V1_SIZE 72

typedef struct kith_message_filter {
  uint32_t struct_size;
  int32_t state;     /* KITH_MESSAGE_ANY */
  const char* topic; /* empty: any */
  size_t topic_size;
  uint64_t after; /* sequences above this one, for paging; default 0 */
  uint64_t limit; /* default 1000; 0: as many as there are */
} kith_message_filter;
#define KITH_MESSAGE_FILTER_V1_SIZE 40

typedef struct kith_lease_options {
  uint32_t struct_size;
  uint32_t limit;    /* messages at most; default 10 */
  kith_time ttl;     /* for how long they are the caller's; default 60 seconds */
  const char* topic; /* empty: any */
  size_t topic_size;
} kith_lease_options;
#define KITH_LEASE_OPTIONS_V1_SIZE 40

typedef struct kith_refuse_options {
  uint32_t struct_size;
  uint8_t dead; /* 1: give it up at once, whatever the number of attempts */
  uint8_t has_retry_after;
  uint8_t reserved[2];
  const char* error; /* why, for people */
  size_t error_size;
  kith_time retry_after; /* used when has_retry_after is 1; else 30 s, doubled with each attempt */
} kith_refuse_options;
#define KITH_REFUSE_OPTIONS_V1_SIZE 40

/* What a customer did. Texts may be empty but for `kind`. */
typedef struct kith_capture_event {
  uint32_t struct_size;
  uint8_t has_at;
  uint8_t reserved[3];
  kith_time at;   /* used when has_at is 1: when it happened; else the transaction's time */
  const char* id; /* the host's own name of the event, at most 400 bytes; empty: not remembered */
  size_t id_size;
  const char* kind; /* of activity: "form", "call", "email", "meeting", "chat", "visit" */
  size_t kind_size;
  const char* source; /* where from, for people and reports: "website/contact" */
  size_t source_size;
  const char* email; /* of the customer; an address or "Ann Lee <ann@example.org>" */
  size_t email_size;
  const char* phone;
  size_t phone_size;
  const char* name;
  size_t name_size;
  const char* company; /* name of the account */
  size_t company_size;
  const char* direction; /* "inbound", when empty, or "outbound" */
  size_t direction_size;
  const char* subject; /* of the activity; made from kind and source when empty */
  size_t subject_size;
  const char* body;
  size_t body_size;
  uint64_t person;                   /* when the host knows the contact already, else 0 */
  uint64_t deal;                     /* when the host knows what it is about, else 0 */
  const kith_patch* person_fields;   /* more of the contact, filled where it is empty; or NULL */
  const kith_patch* activity_fields; /* more of the activity; or NULL */
  const kith_value* data;            /* a map with anything else, for rules; or NULL */
} kith_capture_event;
#define KITH_CAPTURE_EVENT_V1_SIZE 224

typedef struct kith_timeline_options {
  uint32_t struct_size;
  uint8_t newest_first;
  uint8_t reserved[3];
  uint64_t limit;             /* default 100; 0: as many as there are */
  const char* const* related; /* types, texts that end with '\0', whose records' changes are told */
  size_t related_count;       /* too when they refer to the record: "deal", "task" */
} kith_timeline_options;
#define KITH_TIMELINE_OPTIONS_V1_SIZE 32

typedef struct kith_restore_options {
  uint32_t struct_size;
  uint8_t with_references; /* 1: also what the removal took with it; see kith_txn_restore */
  uint8_t reserved[3];
} kith_restore_options;
#define KITH_RESTORE_OPTIONS_V1_SIZE 8

typedef struct kith_trim_options {
  uint32_t struct_size;
  uint32_t reserved;
  kith_time keep_from;  /* required: changes committed before it may go */
  uint64_t max_changes; /* dropped by one call; default 100,000 */
} kith_trim_options;
#define KITH_TRIM_OPTIONS_V1_SIZE 32

typedef struct kith_feed_options {
  uint32_t struct_size;
  uint32_t reserved;
  uint64_t cursor;    /* changes after this one; default 0: from the oldest that is kept */
  const char* entity; /* changes of this type only; empty: of every type */
  size_t entity_size;
  const char* const* fields; /* texts that end with '\0': updates only when they change one of */
  size_t field_count;        /* these, other kinds of change all; none: every update */
  uint64_t limit;            /* changes in a page; default 1000, at least 1 */
} kith_feed_options;
#define KITH_FEED_OPTIONS_V1_SIZE 56

typedef struct kith_check_options {
  uint32_t struct_size;
  uint8_t repair; /* 1: rebuild what is derived; waits for other writers */
  uint8_t reserved[3];
  uint64_t max_problems; /* that are listed, all are counted; default 1000 */
} kith_check_options;
#define KITH_CHECK_OPTIONS_V1_SIZE 16

typedef struct kith_load_options {
  uint32_t struct_size;
  uint32_t reserved;
  const kith_open_options* open; /* of the new database; NULL: defaults */
} kith_load_options;
#define KITH_LOAD_OPTIONS_V1_SIZE 16

typedef struct kith_pool_options {
  uint32_t struct_size;
  uint32_t max_open;             /* databases; each takes five file descriptors; default 256 */
  const kith_open_options* open; /* of every database; NULL: defaults */
} kith_pool_options;
#define KITH_POOL_OPTIONS_V1_SIZE 16

/* How an expression is compiled, and what an evaluation of it may use. */
typedef struct kith_expr_options {
  uint32_t struct_size;
  uint8_t unchecked; /* 1: names and types are settled when it runs */
  uint8_t reserved[3];
  /* Free variables: names and types, texts that end with '\0'. Types as the language writes them:
   * "decimal", "list(string)", "map(string, int)", "wrapper(int)", "optional_type(int)", "dyn". */
  const char* const* variable_names;
  const char* const* variable_types;
  size_t variable_count;
  const char* expected; /* the type it must have; empty: any */
  size_t expected_size;
  const char* container; /* the namespace that short names are looked up in */
  size_t container_size;
  uint32_t max_bytes;        /* of source; default 16,384 */
  uint32_t max_depth;        /* levels of the tree; 250 */
  uint32_t max_loop_nesting; /* loops inside loops; 16 */
  uint32_t reserved_too;
  uint64_t max_cost;   /* units of work of one evaluation; 1,000,000 */
  uint64_t max_memory; /* bytes of temporaries of one evaluation; 1 MiB */
} kith_expr_options;
#define KITH_EXPR_OPTIONS_V1_SIZE 96

/* ---- Result structs (as input structs, but written by the library) --------------------------- */

/* What an evaluation took, and why it failed. */
typedef struct kith_evaluation {
  uint32_t struct_size;
  int32_t error_class; /* KITH_EVALUATION_ */
  uint32_t line;       /* where in the source it failed, from 1; 0: nowhere */
  uint32_t column;     /* in code points, from 1 */
  uint64_t cost;       /* units of work */
} kith_evaluation;
#define KITH_EVALUATION_V1_SIZE 24

#ifdef KITH_API_ALLOW_UNSTABLE

/* Each sets the first `size` bytes, sizeof *options, to the defaults: texts to (NULL, KITH_NTS),
 * so that a text that ends with '\0' needs only its pointer set. */
KITH_UNSTABLE int32_t kith_open_options_init(kith_open_options* options, size_t size);
KITH_UNSTABLE int32_t kith_create_options_init(kith_create_options* options, size_t size);
KITH_UNSTABLE int32_t kith_session_options_init(kith_session_options* options, size_t size);
KITH_UNSTABLE int32_t kith_txn_options_init(kith_txn_options* options, size_t size);
KITH_UNSTABLE int32_t kith_import_options_init(kith_import_options* options, size_t size);
KITH_UNSTABLE int32_t kith_export_options_init(kith_export_options* options, size_t size);
KITH_UNSTABLE int32_t kith_move_options_init(kith_move_options* options, size_t size);
KITH_UNSTABLE int32_t kith_tick_options_init(kith_tick_options* options, size_t size);
KITH_UNSTABLE int32_t kith_run_filter_init(kith_run_filter* filter, size_t size);
KITH_UNSTABLE int32_t kith_inbound_event_init(kith_inbound_event* event, size_t size);
KITH_UNSTABLE int32_t kith_message_draft_init(kith_message_draft* draft, size_t size);
KITH_UNSTABLE int32_t kith_message_filter_init(kith_message_filter* filter, size_t size);
KITH_UNSTABLE int32_t kith_lease_options_init(kith_lease_options* options, size_t size);
KITH_UNSTABLE int32_t kith_refuse_options_init(kith_refuse_options* options, size_t size);
KITH_UNSTABLE int32_t kith_capture_event_init(kith_capture_event* event, size_t size);
KITH_UNSTABLE int32_t kith_timeline_options_init(kith_timeline_options* options, size_t size);
KITH_UNSTABLE int32_t kith_restore_options_init(kith_restore_options* options, size_t size);
KITH_UNSTABLE int32_t kith_trim_options_init(kith_trim_options* options, size_t size);
KITH_UNSTABLE int32_t kith_feed_options_init(kith_feed_options* options, size_t size);
KITH_UNSTABLE int32_t kith_check_options_init(kith_check_options* options, size_t size);
KITH_UNSTABLE int32_t kith_load_options_init(kith_load_options* options, size_t size);
KITH_UNSTABLE int32_t kith_pool_options_init(kith_pool_options* options, size_t size);
KITH_UNSTABLE int32_t kith_expr_options_init(kith_expr_options* options, size_t size);
KITH_UNSTABLE int32_t kith_evaluation_init(kith_evaluation* evaluation, size_t size);

/* ---- Library, errors, texts ----------------------------------------------------------------- */

/* The version of the library in use, as KITH_VERSION_NUMBER and KITH_VERSION_STRING.
 * @ownership static */
KITH_UNSTABLE uint32_t kith_version_number(void);
KITH_UNSTABLE const char* kith_version_string(void);
/* 1 when this library has the feature, else 0. */
KITH_UNSTABLE uint8_t kith_has_feature(int32_t feature);
/* The stable upper-case name of a result: "OK", "NOT_FOUND", "VALIDATION"; "UNKNOWN" for a number
 * that is none.
 * @ownership static */
KITH_UNSTABLE const char* kith_code_name(int32_t code);

KITH_UNSTABLE void kith_error_free(kith_error* error);
/* The number the function returned. */
KITH_UNSTABLE int32_t kith_error_code(const kith_error* error);
/* @ownership static */
KITH_UNSTABLE const char* kith_error_code_name(const kith_error* error);
/* What was wrong, where, and what to do; the entity type and field it is about, or "".
 * @ownership borrowed until kith_error_free */
KITH_UNSTABLE const char* kith_error_message(const kith_error* error, size_t* size);
KITH_UNSTABLE const char* kith_error_entity(const kith_error* error, size_t* size);
KITH_UNSTABLE const char* kith_error_field(const kith_error* error, size_t* size);
/* The whole as lines for a log or terminal.
 * @ownership borrowed until kith_error_free */
KITH_UNSTABLE const char* kith_error_text(const kith_error* error, size_t* size);
/* The reasons why a write or document was refused, all of them. */
KITH_UNSTABLE size_t kith_error_violation_count(const kith_error* error);
/* The rule ("required", "unique", ...), entity type, field and sentence of a violation.
 * @ownership borrowed until kith_error_free */
KITH_UNSTABLE const char* kith_error_violation_code(const kith_error* error, size_t index,
                                                    size_t* size);
KITH_UNSTABLE const char* kith_error_violation_entity(const kith_error* error, size_t index,
                                                      size_t* size);
KITH_UNSTABLE const char* kith_error_violation_field(const kith_error* error, size_t index,
                                                     size_t* size);
KITH_UNSTABLE const char* kith_error_violation_message(const kith_error* error, size_t index,
                                                       size_t* size);
/* Its place in a document, from 1, columns in code points; 0 when there is none. */
KITH_UNSTABLE uint32_t kith_error_violation_line(const kith_error* error, size_t index);
KITH_UNSTABLE uint32_t kith_error_violation_column(const kith_error* error, size_t index);

/* @ownership borrowed until kith_string_free */
KITH_UNSTABLE const char* kith_string_data(const kith_string* string, size_t* size);
KITH_UNSTABLE void kith_string_free(kith_string* string);

/* ---- Databases and sessions ----------------------------------------------------------------- */

/* A new database in a directory, which is made if need be and must not hold one yet; ":memory:"
 * keeps it in this process only.
 * @ownership caller frees with kith_database_free */
KITH_UNSTABLE int32_t kith_database_create(const char* path, size_t path_size,
                                           const kith_create_options* options, kith_database** out,
                                           kith_error** error);
/* `options` NULL: defaults. KITH_NOT_FOUND when there is no database. Opening one directory twice
 * in a process shares the first.
 * @ownership caller frees with kith_database_free */
KITH_UNSTABLE int32_t kith_database_open(const char* path, size_t path_size,
                                         const kith_open_options* options, kith_database** out,
                                         kith_error** error);
/* Later calls with this handle, but this one, give KITH_CLOSED. The files stay open until the
 * sessions, readers and transactions made from it are freed too. */
KITH_UNSTABLE int32_t kith_database_close(kith_database* database, kith_error** error);
KITH_UNSTABLE void kith_database_free(kith_database* database);

/* @ownership caller frees with kith_info_free */
KITH_UNSTABLE int32_t kith_info_open(kith_database* database, kith_info** out, kith_error** error);
KITH_UNSTABLE void kith_info_free(kith_info* info);
/* @ownership borrowed until kith_info_free */
KITH_UNSTABLE const char* kith_info_path(const kith_info* info, size_t* size);
KITH_UNSTABLE const char* kith_info_model_name(const kith_info* info, size_t* size);
KITH_UNSTABLE const char* kith_info_written_by(const kith_info* info, size_t* size);
/* File format; generation of the model; first and last sequence of the history that is kept, 0
 * while there is none; snapshots that are open in this process; size on disk in bytes. */
KITH_UNSTABLE uint32_t kith_info_format(const kith_info* info);
KITH_UNSTABLE uint64_t kith_info_generation(const kith_info* info);
KITH_UNSTABLE uint64_t kith_info_first_sequence(const kith_info* info);
KITH_UNSTABLE uint64_t kith_info_last_sequence(const kith_info* info);
KITH_UNSTABLE uint32_t kith_info_snapshots(const kith_info* info);
KITH_UNSTABLE uint64_t kith_info_file_bytes(const kith_info* info);
KITH_UNSTABLE uint8_t kith_info_read_only(const kith_info* info);

/* `options` NULL: the host itself, no capabilities, UTC.
 * @ownership caller frees with kith_session_free */
KITH_UNSTABLE int32_t kith_session_open(kith_database* database,
                                        const kith_session_options* options, kith_session** out,
                                        kith_error** error);
KITH_UNSTABLE void kith_session_free(kith_session* session);
/* As it was opened. */
KITH_UNSTABLE uint64_t kith_session_actor(const kith_session* session);
KITH_UNSTABLE uint32_t kith_session_capabilities(const kith_session* session);
/* @ownership borrowed until kith_session_free */
KITH_UNSTABLE const char* kith_session_time_zone(const kith_session* session, size_t* size);

/* ---- Models --------------------------------------------------------------------------------- */

/* Checks a model document by itself; `file_name` stands in its errors and may be empty. */
KITH_UNSTABLE int32_t kith_model_check(const char* document, size_t document_size,
                                       const char* file_name, size_t file_name_size,
                                       kith_error** error);
/* The standard CRM model, and the JSON Schema of model documents.
 * @ownership static */
KITH_UNSTABLE const char* kith_model_standard(size_t* size);
KITH_UNSTABLE const char* kith_model_schema(size_t* size);
/* Makes the database follow `document`, or with dry_run 1 only tells what would change:
 * {"generation": 2, "changes": [{"entity": "deal", "what": "field rating added"}]}. The session
 * needs KITH_CAPABILITY_CHANGE_MODEL. `changes` may be NULL.
 * @ownership caller frees with kith_string_free */
KITH_UNSTABLE int32_t kith_model_apply(kith_database* database, const kith_session* session,
                                       const char* document, size_t document_size, uint8_t dry_run,
                                       kith_string** changes, kith_error** error);
/* The document in force, as it was applied.
 * @ownership caller frees with kith_string_free */
KITH_UNSTABLE int32_t kith_model_document(kith_database* database, kith_string** out,
                                          kith_error** error);
/* What forms and tables need to know, as JSON: [{"name", "label", "plural", "title_field",
 * "capnp_schema", "fields": [{"name", "label", "help", "type", "required", "unique", "read_only",
 * "target", "pipeline", "options", "formula"}], "rollups": [{"name", "label", "of", "kind",
 * "value", "where", "type"}], "scores": [{"name", "label", "min", "max", "rows": [{"name", "when",
 * "points", "cap", "half_life", "since"}]}]}]. Bounds, cap and half-life stand where there are any.
 * @ownership caller frees with kith_string_free */
KITH_UNSTABLE int32_t kith_model_entities(kith_database* database, kith_string** out,
                                          kith_error** error);

/* ---- Values --------------------------------------------------------------------------------- */

/* A null value, to be set.
 * @ownership caller frees with kith_value_free */
KITH_UNSTABLE int32_t kith_value_new(kith_value** out, kith_error** error);
/* From a JSON value: integers become int, other numbers decimal when exact, else double.
 * @ownership caller frees with kith_value_free */
KITH_UNSTABLE int32_t kith_value_from_json(const char* json, size_t json_size, kith_value** out,
                                           kith_error** error);
/* Only for values the caller owns, which are those not const. */
KITH_UNSTABLE void kith_value_free(kith_value* value);
/* Each replaces what the value held. */
KITH_UNSTABLE int32_t kith_value_set_null(kith_value* value, kith_error** error);
KITH_UNSTABLE int32_t kith_value_set_bool(kith_value* value, uint8_t v, kith_error** error);
KITH_UNSTABLE int32_t kith_value_set_int(kith_value* value, int64_t v, kith_error** error);
KITH_UNSTABLE int32_t kith_value_set_uint(kith_value* value, uint64_t v, kith_error** error);
KITH_UNSTABLE int32_t kith_value_set_double(kith_value* value, double v, kith_error** error);
KITH_UNSTABLE int32_t kith_value_set_decimal(kith_value* value, const kith_decimal* v,
                                             kith_error** error);
KITH_UNSTABLE int32_t kith_value_set_money(kith_value* value, const kith_money* v,
                                           kith_error** error);
KITH_UNSTABLE int32_t kith_value_set_text(kith_value* value, const char* v, size_t size,
                                          kith_error** error);
KITH_UNSTABLE int32_t kith_value_set_bytes(kith_value* value, const uint8_t* v, size_t size,
                                           kith_error** error);
KITH_UNSTABLE int32_t kith_value_set_date(kith_value* value, int32_t days, kith_error** error);
KITH_UNSTABLE int32_t kith_value_set_timestamp(kith_value* value, const kith_time* v,
                                               kith_error** error);
KITH_UNSTABLE int32_t kith_value_set_duration(kith_value* value, const kith_time* v,
                                              kith_error** error);
KITH_UNSTABLE int32_t kith_value_set_reference(kith_value* value, uint64_t id, kith_error** error);
/* An empty list, and a copy of `item` put at a list's end. */
KITH_UNSTABLE int32_t kith_value_set_list(kith_value* value, kith_error** error);
KITH_UNSTABLE int32_t kith_value_append(kith_value* list, const kith_value* item,
                                        kith_error** error);
/* An empty map, and a copy of `item` under a key of a map, in place of what it had for it. */
KITH_UNSTABLE int32_t kith_value_set_map(kith_value* value, kith_error** error);
KITH_UNSTABLE int32_t kith_value_put(kith_value* map, const char* key, size_t key_size,
                                     const kith_value* item, kith_error** error);
/* The same under a key that is a bool, int, uint or text. */
KITH_UNSTABLE int32_t kith_value_put_at(kith_value* map, const kith_value* key,
                                        const kith_value* item, kith_error** error);
/* Values of expressions only: a type by its name, and an optional that holds a copy of `held`, or
 * nothing when that is NULL. */
KITH_UNSTABLE int32_t kith_value_set_type(kith_value* value, const char* name, size_t name_size,
                                          kith_error** error);
KITH_UNSTABLE int32_t kith_value_set_optional(kith_value* value, const kith_value* held,
                                              kith_error** error);

/* KITH_KIND_ of a value; KITH_KIND_NULL for NULL. */
KITH_UNSTABLE int32_t kith_value_kind(const kith_value* value);
/* Each gives KITH_NOT_FOUND when the value is null and KITH_INVALID_ARGUMENT when it is of another
 * kind. int and uint are read as each other when they fit; double also reads int, uint and
 * decimal, to the nearest. */
KITH_UNSTABLE int32_t kith_value_get_bool(const kith_value* value, uint8_t* out,
                                          kith_error** error);
KITH_UNSTABLE int32_t kith_value_get_int(const kith_value* value, int64_t* out, kith_error** error);
KITH_UNSTABLE int32_t kith_value_get_uint(const kith_value* value, uint64_t* out,
                                          kith_error** error);
KITH_UNSTABLE int32_t kith_value_get_double(const kith_value* value, double* out,
                                            kith_error** error);
KITH_UNSTABLE int32_t kith_value_get_decimal(const kith_value* value, kith_decimal* out,
                                             kith_error** error);
KITH_UNSTABLE int32_t kith_value_get_money(const kith_value* value, kith_money* out,
                                           kith_error** error);
KITH_UNSTABLE int32_t kith_value_get_date(const kith_value* value, int32_t* out,
                                          kith_error** error);
KITH_UNSTABLE int32_t kith_value_get_timestamp(const kith_value* value, kith_time* out,
                                               kith_error** error);
KITH_UNSTABLE int32_t kith_value_get_duration(const kith_value* value, kith_time* out,
                                              kith_error** error);
KITH_UNSTABLE int32_t kith_value_get_reference(const kith_value* value, uint64_t* out,
                                               kith_error** error);
/* Of a value that kith lends, until the object that lends it is freed.
 * @ownership borrowed until kith_value_free or the next call that sets the value */
KITH_UNSTABLE int32_t kith_value_get_text(const kith_value* value, const char** out, size_t* size,
                                          kith_error** error);
KITH_UNSTABLE int32_t kith_value_get_bytes(const kith_value* value, const uint8_t** out,
                                           size_t* size, kith_error** error);
/* What an optional holds; KITH_NOT_FOUND, and NULL, when it holds nothing.
 * @ownership borrowed until kith_value_free or the next call that sets the value */
KITH_UNSTABLE int32_t kith_value_get_optional(const kith_value* value, const kith_value** out,
                                              kith_error** error);
/* The members of a list or map; 0 for other values. */
KITH_UNSTABLE size_t kith_value_count(const kith_value* value);
/* A member of a list or map, and a map's key; NULL out of range.
 * @ownership borrowed until kith_value_free or the next call that sets the value */
KITH_UNSTABLE const kith_value* kith_value_at(const kith_value* value, size_t index);
KITH_UNSTABLE const kith_value* kith_value_key(const kith_value* value, size_t index);
/* The member of a map under a text as its key; NULL when there is none.
 * @ownership borrowed until kith_value_free or the next call that sets the value */
KITH_UNSTABLE const kith_value* kith_value_find(const kith_value* value, const char* key,
                                                size_t key_size);
/* JSON of a value. References are written with `reader`, or as "#bits" when it is NULL.
 * @ownership caller frees with kith_string_free */
KITH_UNSTABLE int32_t kith_value_to_json(const kith_value* value, const kith_reader* reader,
                                         kith_string** out, kith_error** error);

/* ---- Patches -------------------------------------------------------------------------------- */

/* @ownership caller frees with kith_patch_free */
KITH_UNSTABLE int32_t kith_patch_new(kith_patch** out, kith_error** error);
/* From a JSON object, as in kith_txn_create_json.
 * @ownership caller frees with kith_patch_free */
KITH_UNSTABLE int32_t kith_patch_from_json(const char* json, size_t json_size, kith_patch** out,
                                           kith_error** error);
KITH_UNSTABLE void kith_patch_free(kith_patch* patch);
/* Empty again, to be used for the next record. */
KITH_UNSTABLE int32_t kith_patch_clear(kith_patch* patch, kith_error** error);
KITH_UNSTABLE size_t kith_patch_count(const kith_patch* patch);
/* Each sets a field, in place of what the patch had for it. Null takes a field's value away. */
KITH_UNSTABLE int32_t kith_patch_set_null(kith_patch* patch, const char* field, size_t field_size,
                                          kith_error** error);
KITH_UNSTABLE int32_t kith_patch_set_bool(kith_patch* patch, const char* field, size_t field_size,
                                          uint8_t v, kith_error** error);
KITH_UNSTABLE int32_t kith_patch_set_int(kith_patch* patch, const char* field, size_t field_size,
                                         int64_t v, kith_error** error);
KITH_UNSTABLE int32_t kith_patch_set_double(kith_patch* patch, const char* field, size_t field_size,
                                            double v, kith_error** error);
KITH_UNSTABLE int32_t kith_patch_set_decimal(kith_patch* patch, const char* field,
                                             size_t field_size, const kith_decimal* v,
                                             kith_error** error);
KITH_UNSTABLE int32_t kith_patch_set_money(kith_patch* patch, const char* field, size_t field_size,
                                           const kith_money* v, kith_error** error);
/* Also for choices, by the option's name. */
KITH_UNSTABLE int32_t kith_patch_set_text(kith_patch* patch, const char* field, size_t field_size,
                                          const char* v, size_t size, kith_error** error);
KITH_UNSTABLE int32_t kith_patch_set_bytes(kith_patch* patch, const char* field, size_t field_size,
                                           const uint8_t* v, size_t size, kith_error** error);
KITH_UNSTABLE int32_t kith_patch_set_date(kith_patch* patch, const char* field, size_t field_size,
                                          int32_t days, kith_error** error);
KITH_UNSTABLE int32_t kith_patch_set_timestamp(kith_patch* patch, const char* field,
                                               size_t field_size, const kith_time* v,
                                               kith_error** error);
KITH_UNSTABLE int32_t kith_patch_set_duration(kith_patch* patch, const char* field,
                                              size_t field_size, const kith_time* v,
                                              kith_error** error);
KITH_UNSTABLE int32_t kith_patch_set_reference(kith_patch* patch, const char* field,
                                               size_t field_size, uint64_t id, kith_error** error);
/* A copy of any value, lists included. */
KITH_UNSTABLE int32_t kith_patch_set_value(kith_patch* patch, const char* field, size_t field_size,
                                           const kith_value* v, kith_error** error);

/* ---- Reading -------------------------------------------------------------------------------- */

/* A snapshot: the database as of now, unaffected by later writes. `now` is what expressions see;
 * NULL: the time of the last transaction.
 * @ownership caller frees with kith_reader_free */
KITH_UNSTABLE int32_t kith_reader_open(const kith_session* session, const kith_time* now,
                                       kith_reader** out, kith_error** error);
/* The database as it was at a time, with everything that was committed at or before it, or after a
 * change, whose transaction is seen whole; by today's model. A record that was purged since is not
 * there, and runs, outbox and next_due have no past: KITH_UNSUPPORTED. KITH_HISTORY_TRIMMED when
 * changes since then are no longer kept, KITH_LIMIT (max_as_of_changes) when there are too many.
 * @ownership caller frees with kith_reader_free */
KITH_UNSTABLE int32_t kith_reader_open_as_of(const kith_session* session, const kith_time* time,
                                             kith_reader** out, kith_error** error);
KITH_UNSTABLE int32_t kith_reader_open_as_of_change(const kith_session* session, uint64_t sequence,
                                                    kith_reader** out, kith_error** error);
KITH_UNSTABLE void kith_reader_free(kith_reader* reader);
/* KITH_NOT_FOUND when there is no such record. A deleted one is found, with deleted set.
 * @ownership caller frees with kith_record_free */
KITH_UNSTABLE int32_t kith_reader_get(const kith_reader* reader, uint64_t id, kith_record** out,
                                      kith_error** error);
/* The live record whose unique field has this value; KITH_NOT_FOUND when there is none. */
KITH_UNSTABLE int32_t kith_reader_find(const kith_reader* reader, const char* entity,
                                       size_t entity_size, const char* field, size_t field_size,
                                       const kith_value* value, uint64_t* id, kith_error** error);
KITH_UNSTABLE int32_t kith_reader_find_text(const kith_reader* reader, const char* entity,
                                            size_t entity_size, const char* field,
                                            size_t field_size, const char* text, size_t text_size,
                                            uint64_t* id, kith_error** error);
/* Live records of `entity` whose reference `field` names `id`, ascending, at most `capacity`, into
 * `ids`; their number into `count`. */
KITH_UNSTABLE int32_t kith_reader_referring(const kith_reader* reader, uint64_t id,
                                            const char* entity, size_t entity_size,
                                            const char* field, size_t field_size, uint64_t* ids,
                                            size_t capacity, size_t* count, kith_error** error);
/* A query as a JSON document (docs/queries.md). `continuation` of the page before, or empty.
 * @ownership caller frees with kith_rows_free */
KITH_UNSTABLE int32_t kith_reader_query(const kith_reader* reader, const char* query,
                                        size_t query_size, const char* continuation,
                                        size_t continuation_size, kith_rows** out,
                                        kith_error** error);
/* A report by name, or by its document when the text begins with '{'. `parameters`: a JSON object
 * that replaces the report's defaults, or empty.
 * @ownership caller frees with kith_rows_free */
KITH_UNSTABLE int32_t kith_reader_report(const kith_reader* reader, const char* report,
                                         size_t report_size, const char* parameters,
                                         size_t parameters_size, kith_rows** out,
                                         kith_error** error);
/* The reports there are: name, title, built_in, parameters (a map of defaults).
 * @ownership caller frees with kith_rows_free */
KITH_UNSTABLE int32_t kith_reader_reports(const kith_reader* reader, kith_rows** out,
                                          kith_error** error);
/* At most `limit` changes of a record; 0: as many as there are.
 * @ownership caller frees with kith_history_free */
KITH_UNSTABLE int32_t kith_reader_history(const kith_reader* reader, uint64_t id, uint64_t limit,
                                          kith_history** out, kith_error** error);

/* "deal:42" to the id and back.
 * @ownership caller frees with kith_string_free */
KITH_UNSTABLE int32_t kith_id_parse(const kith_reader* reader, const char* text, size_t text_size,
                                    uint64_t* id, kith_error** error);
KITH_UNSTABLE int32_t kith_id_format(const kith_reader* reader, uint64_t id, kith_string** out,
                                     kith_error** error);

/* ---- Records -------------------------------------------------------------------------------- */

KITH_UNSTABLE void kith_record_free(kith_record* record);
KITH_UNSTABLE uint64_t kith_record_id(const kith_record* record);
/* The name of its type.
 * @ownership borrowed until kith_record_free */
KITH_UNSTABLE const char* kith_record_entity(const kith_record* record, size_t* size);
/* The sequence of the last transaction that changed it; its owner, 0 when nobody. */
KITH_UNSTABLE uint64_t kith_record_version(const kith_record* record);
KITH_UNSTABLE uint64_t kith_record_owner(const kith_record* record);
KITH_UNSTABLE uint8_t kith_record_deleted(const kith_record* record);
KITH_UNSTABLE int32_t kith_record_created(const kith_record* record, kith_time* out,
                                          kith_error** error);
KITH_UNSTABLE int32_t kith_record_updated(const kith_record* record, kith_time* out,
                                          kith_error** error);
/* Its fields in the model's order, nulls included. */
KITH_UNSTABLE size_t kith_record_count(const kith_record* record);
/* @ownership borrowed until kith_record_free */
KITH_UNSTABLE const char* kith_record_field(const kith_record* record, size_t index, size_t* size);
/* A field's value by index and by name; NULL when there is no such field.
 * @ownership borrowed until kith_record_free */
KITH_UNSTABLE const kith_value* kith_record_value(const kith_record* record, size_t index);
KITH_UNSTABLE const kith_value* kith_record_find(const kith_record* record, const char* field,
                                                 size_t field_size);
/* @ownership caller frees with kith_string_free */
/* Why a formula of the record has no value: "DATA: division by zero". Empty when it has one, when
 * it is null because something it needs is null, and for any other field.
 * @ownership borrowed until kith_record_free */
KITH_UNSTABLE const char* kith_record_formula_error(const kith_record* record, const char* field,
                                                    size_t field_size, size_t* size);
KITH_UNSTABLE int32_t kith_record_to_json(const kith_record* record, const kith_reader* reader,
                                          kith_string** out, kith_error** error);

/* ---- Rows ----------------------------------------------------------------------------------- */

KITH_UNSTABLE void kith_rows_free(kith_rows* rows);
KITH_UNSTABLE size_t kith_rows_count(const kith_rows* rows);
KITH_UNSTABLE size_t kith_rows_column_count(const kith_rows* rows);
/* The index of a column by name, or -1. */
KITH_UNSTABLE int32_t kith_rows_column(const kith_rows* rows, const char* name, size_t name_size);
/* A column's name; label for people; type in the expression language; format: "", "percent",
 * "money", "days".
 * @ownership borrowed until kith_rows_free */
KITH_UNSTABLE const char* kith_rows_column_name(const kith_rows* rows, size_t column, size_t* size);
KITH_UNSTABLE const char* kith_rows_column_label(const kith_rows* rows, size_t column,
                                                 size_t* size);
KITH_UNSTABLE const char* kith_rows_column_type(const kith_rows* rows, size_t column, size_t* size);
KITH_UNSTABLE const char* kith_rows_column_format(const kith_rows* rows, size_t column,
                                                  size_t* size);
/* A cell; NULL out of range.
 * @ownership borrowed until kith_rows_free */
KITH_UNSTABLE const kith_value* kith_rows_value(const kith_rows* rows, size_t row, size_t column);
/* What the next page is asked for with; "" when this is the last.
 * @ownership borrowed until kith_rows_free */
KITH_UNSTABLE const char* kith_rows_continuation(const kith_rows* rows, size_t* size);
/* Records looked at, matched, and left out because `where` failed on them for another reason than
 * a null; how the query was carried out, for people.
 * @ownership borrowed until kith_rows_free */
KITH_UNSTABLE uint64_t kith_rows_scanned(const kith_rows* rows);
KITH_UNSTABLE uint64_t kith_rows_matched(const kith_rows* rows);
KITH_UNSTABLE uint64_t kith_rows_errors(const kith_rows* rows);
KITH_UNSTABLE const char* kith_rows_plan(const kith_rows* rows, size_t* size);
/* Of a report: its name, title and note, and the column to draw as a bar; "" for a query.
 * @ownership borrowed until kith_rows_free */
KITH_UNSTABLE const char* kith_rows_name(const kith_rows* rows, size_t* size);
KITH_UNSTABLE const char* kith_rows_title(const kith_rows* rows, size_t* size);
KITH_UNSTABLE const char* kith_rows_note(const kith_rows* rows, size_t* size);
KITH_UNSTABLE const char* kith_rows_bars(const kith_rows* rows, size_t* size);
/* The whole result as JSON, and as CSV with a header.
 * @ownership caller frees with kith_string_free */
KITH_UNSTABLE int32_t kith_rows_to_json(const kith_rows* rows, const kith_reader* reader,
                                        uint8_t pretty, kith_string** out, kith_error** error);
KITH_UNSTABLE int32_t kith_rows_to_csv(const kith_rows* rows, const kith_reader* reader,
                                       kith_string** out, kith_error** error);

/* ---- History -------------------------------------------------------------------------------- */

KITH_UNSTABLE void kith_history_free(kith_history* history);
KITH_UNSTABLE size_t kith_history_count(const kith_history* history);
/* Its place in the history of all, the record's version after it; KITH_CHANGE_ kind; who. */
KITH_UNSTABLE uint64_t kith_history_sequence(const kith_history* history, size_t index);
KITH_UNSTABLE uint64_t kith_history_record(const kith_history* history, size_t index);
KITH_UNSTABLE int32_t kith_history_kind(const kith_history* history, size_t index);
KITH_UNSTABLE uint64_t kith_history_actor(const kith_history* history, size_t index);
KITH_UNSTABLE int32_t kith_history_at(const kith_history* history, size_t index, kith_time* out,
                                      kith_error** error);
KITH_UNSTABLE int32_t kith_history_effective_at(const kith_history* history, size_t index,
                                                kith_time* out, kith_error** error);
/* @ownership borrowed until kith_history_free */
KITH_UNSTABLE const char* kith_history_cause(const kith_history* history, size_t index,
                                             size_t* size);
/* 1 when it went past guards and requirements of a pipeline, by the capability. */
KITH_UNSTABLE uint8_t kith_history_overridden(const kith_history* history, size_t index);
/* The fields a change touched: name, value before, value after; NULL out of range.
 * @ownership borrowed until kith_history_free */
KITH_UNSTABLE size_t kith_history_field_count(const kith_history* history, size_t index);
KITH_UNSTABLE const char* kith_history_field(const kith_history* history, size_t index,
                                             size_t field, size_t* size);
KITH_UNSTABLE const kith_value* kith_history_before(const kith_history* history, size_t index,
                                                    size_t field);
KITH_UNSTABLE const kith_value* kith_history_after(const kith_history* history, size_t index,
                                                   size_t field);
/* The whole as JSON, its members named as these functions are.
 * @ownership caller frees with kith_string_free */
KITH_UNSTABLE int32_t kith_history_to_json(const kith_history* history, const kith_reader* reader,
                                           kith_string** out, kith_error** error);
/* The name of a KITH_CHANGE_ kind: "create", "update", ...; "" for a number that is none.
 * @ownership static */
KITH_UNSTABLE const char* kith_change_kind_name(int32_t kind);

/* Drops the oldest part of the history, for good: whole transactions, and never what a cursor of
 * the feed has yet to pass. Records keep their values. In transactions of its own. Needs
 * KITH_CAPABILITY_TRIM_HISTORY. Any thread, but not while it has a transaction. `out` may be NULL.
 * @ownership caller frees with kith_trim_result_free */
KITH_UNSTABLE int32_t kith_session_trim_history(const kith_session* session,
                                                const kith_trim_options* options,
                                                kith_trim_result** out, kith_error** error);
KITH_UNSTABLE void kith_trim_result_free(kith_trim_result* result);
/* Changes that went; the sequence of the oldest that is kept; 1: max_changes was reached, call
 * again. */
KITH_UNSTABLE uint64_t kith_trim_result_dropped(const kith_trim_result* result);
KITH_UNSTABLE uint64_t kith_trim_result_first_kept(const kith_trim_result* result);
KITH_UNSTABLE uint8_t kith_trim_result_more(const kith_trim_result* result);
/* The cursor of the feed that kept older changes than keep_from asks for, or "".
 * @ownership borrowed until kith_trim_result_free */
KITH_UNSTABLE const char* kith_trim_result_held_by(const kith_trim_result* result, size_t* size);

/* ---- Change feed ---------------------------------------------------------------------------- */

/* The changes of the database as a stream, for whoever keeps something in step with it. A cursor is
 * the sequence of the last change that was dealt with. Delivery is at least once: a reader that
 * ends before it has saved its cursor sees the same changes again, and knows them by their
 * sequence. A named cursor is kept in the database, and the history behind it is never trimmed. */

/* The changes after options.cursor, oldest first; `options` NULL: the first page of all. `cursor`:
 * where the next page begins, which is also past changes that the options left out. `done` (may be
 * NULL): 1 when nothing follows in this reader. KITH_HISTORY_TRIMMED when changes after the cursor
 * have gone.
 * @ownership caller frees with kith_history_free */
KITH_UNSTABLE int32_t kith_reader_changes(const kith_reader* reader,
                                          const kith_feed_options* options, kith_history** out,
                                          uint64_t* cursor, uint8_t* done, kith_error** error);
/* Where a named cursor stands; KITH_NOT_FOUND when there is none of that name. */
KITH_UNSTABLE int32_t kith_reader_cursor(const kith_reader* reader, const char* name,
                                         size_t name_size, uint64_t* sequence, kith_error** error);
/* All named cursors, by name.
 * @ownership caller frees with kith_feed_cursors_free */
KITH_UNSTABLE int32_t kith_reader_cursors(const kith_reader* reader, kith_feed_cursors** out,
                                          kith_error** error);
KITH_UNSTABLE void kith_feed_cursors_free(kith_feed_cursors* cursors);
KITH_UNSTABLE size_t kith_feed_cursors_count(const kith_feed_cursors* cursors);
/* @ownership borrowed until kith_feed_cursors_free */
KITH_UNSTABLE const char* kith_feed_cursors_name(const kith_feed_cursors* cursors, size_t index,
                                                 size_t* size);
/* The last change that was dealt with. */
KITH_UNSTABLE uint64_t kith_feed_cursors_sequence(const kith_feed_cursors* cursors, size_t index);
/* Sets a named cursor, and drops one that nobody uses any more. A name has 1 to 100 bytes. */
KITH_UNSTABLE int32_t kith_txn_save_cursor(kith_txn* txn, const char* name, size_t name_size,
                                           uint64_t sequence, kith_error** error);
KITH_UNSTABLE int32_t kith_txn_drop_cursor(kith_txn* txn, const char* name, size_t name_size,
                                           kith_error** error);
/* Waits until the history has a change after `sequence`, of this process or another, or timeout_ms
 * are over. `last`: the sequence of the last change, which may still be `sequence`. May be called
 * from any thread, also while others use the handle, and blocks only its own; a close of the handle
 * does not end it. */
KITH_UNSTABLE int32_t kith_database_wait(kith_database* database, uint64_t sequence,
                                         int64_t timeout_ms, uint64_t* last, kith_error** error);

/* ---- Writing -------------------------------------------------------------------------------- */

/* The one writer; waits for its turn.
 * @ownership caller frees with kith_txn_free */
KITH_UNSTABLE int32_t kith_txn_begin(const kith_session* session, const kith_txn_options* options,
                                     kith_txn** out, kith_error** error);
/* Undoes a transaction that was not committed. */
KITH_UNSTABLE void kith_txn_free(kith_txn* txn);
/* Calls `body` with a transaction and commits it together with those of other threads that call
 * this function at the same time: they share one commit, which makes many small durable writes
 * fast. Each succeeds or fails for itself; only a failure of the commit is that of all of them. Any
 * thread, but not while it has a transaction. `sequence` (may be NULL): as of kith_txn_commit.
 * `destroy` may be NULL. */
KITH_UNSTABLE int32_t kith_session_write(const kith_session* session,
                                         const kith_txn_options* options, kith_txn_fn body,
                                         void* user, kith_destroy_fn destroy, uint64_t* sequence,
                                         kith_error** error);
/* Reads that see the transaction's own writes; KITH_CLOSED once it has ended.
 * @ownership caller frees with kith_reader_free */
KITH_UNSTABLE int32_t kith_txn_reader(kith_txn* txn, kith_reader** out, kith_error** error);
/* A refused write (KITH_VALIDATION and the like) leaves the transaction as it was before: go on,
 * or give it up. One that changes nothing succeeds and leaves no trace. `id` may be NULL. */
KITH_UNSTABLE int32_t kith_txn_create(kith_txn* txn, const char* entity, size_t entity_size,
                                      const kith_patch* fields, uint64_t* id, kith_error** error);
/* The fields as a JSON object: {"name": "Acme", "owner": "user:1", "close_date": "2017-03-01",
 * "price": {"amount": 12.50, "currency": "EUR"}}. */
KITH_UNSTABLE int32_t kith_txn_create_json(kith_txn* txn, const char* entity, size_t entity_size,
                                           const char* fields, size_t fields_size, uint64_t* id,
                                           kith_error** error);
/* `expected_version` other than 0: KITH_CONFLICT when the record has another version. */
KITH_UNSTABLE int32_t kith_txn_update(kith_txn* txn, uint64_t id, const kith_patch* fields,
                                      uint64_t expected_version, kith_error** error);
KITH_UNSTABLE int32_t kith_txn_update_json(kith_txn* txn, uint64_t id, const char* fields,
                                           size_t fields_size, uint64_t expected_version,
                                           kith_error** error);
/* Soft delete: hidden, its references kept; what refers to it follows each relation's on_delete. */
KITH_UNSTABLE int32_t kith_txn_remove(kith_txn* txn, uint64_t id, uint64_t expected_version,
                                      kith_error** error);
/* A deleted record lives again. With with_references also the records that its removal deleted and
 * the references to it that it cleared, as far as nobody has changed them since. `options` NULL:
 * the record alone. */
KITH_UNSTABLE int32_t kith_txn_restore(kith_txn* txn, uint64_t id,
                                       const kith_restore_options* options, kith_error** error);
/* For ever. Needs KITH_CAPABILITY_PURGE. */
KITH_UNSTABLE int32_t kith_txn_purge(kith_txn* txn, uint64_t id, kith_error** error);
/* Undoes the transaction that made this change, as a change of its own: what it created is removed,
 * what it removed is restored, what it changed has its former values again. Pipelines and
 * before_save rules are not asked. KITH_CONFLICT, with a violation for each value that was changed
 * again since; KITH_INVALID_ARGUMENT for one that purged. All of it is undone, or nothing. `out`
 * may be NULL.
 * @ownership caller frees with kith_undo_result_free */
KITH_UNSTABLE int32_t kith_txn_undo(kith_txn* txn, uint64_t sequence, kith_undo_result** out,
                                    kith_error** error);
KITH_UNSTABLE void kith_undo_result_free(kith_undo_result* result);
/* The first and last change of the transaction that was undone; the records that were written. */
KITH_UNSTABLE uint64_t kith_undo_result_first_sequence(const kith_undo_result* result);
KITH_UNSTABLE uint64_t kith_undo_result_last_sequence(const kith_undo_result* result);
KITH_UNSTABLE uint64_t kith_undo_result_records(const kith_undo_result* result);
/* Ends the transaction, whatever comes of it but KITH_WRONG_THREAD. `sequence` (may be NULL): of
 * the last change it wrote, or 0 when it wrote nothing. */
KITH_UNSTABLE int32_t kith_txn_commit(kith_txn* txn, uint64_t* sequence, kith_error** error);
/* Undoes and ends it; nothing happens when it has ended. */
KITH_UNSTABLE int32_t kith_txn_abort(kith_txn* txn, kith_error** error);

/* ---- Pipelines ------------------------------------------------------------------------------ */

/* Moves a record to a stage of its pipeline, with the other fields the move needs. KITH_REFUSED
 * with every guard and requirement that fails: rules "transition", "create_stage",
 * "retired_stage", "guard", "entry_guard", "exit_guard", "permission", "required_input",
 * "required", "set". `fields`, `options` and `out` may be NULL.
 * @ownership caller frees with kith_move_result_free */
KITH_UNSTABLE int32_t kith_txn_move(kith_txn* txn, uint64_t id, const char* stage,
                                    size_t stage_size, const kith_patch* fields,
                                    const kith_move_options* options, kith_move_result** out,
                                    kith_error** error);
KITH_UNSTABLE void kith_move_result_free(kith_move_result* result);
/* 0: the record was there already, and no transition repeats the stage. */
KITH_UNSTABLE uint8_t kith_move_result_moved(const kith_move_result* result);
/* 1: from a closed stage to one that is not; 1: past guards and requirements, by the capability. */
KITH_UNSTABLE uint8_t kith_move_result_reopened(const kith_move_result* result);
KITH_UNSTABLE uint8_t kith_move_result_overridden(const kith_move_result* result);
/* The stages, "" when it was in none, and the name of the transition, "policy" for a move that the
 * pipeline's policy allows.
 * @ownership borrowed until kith_move_result_free */
KITH_UNSTABLE const char* kith_move_result_from(const kith_move_result* result, size_t* size);
KITH_UNSTABLE const char* kith_move_result_to(const kith_move_result* result, size_t* size);
KITH_UNSTABLE const char* kith_move_result_transition(const kith_move_result* result, size_t* size);
/* The whole as JSON, its members named as these functions are.
 * @ownership caller frees with kith_string_free */
KITH_UNSTABLE int32_t kith_move_result_to_json(const kith_move_result* result, kith_string** out,
                                               kith_error** error);

/* Every stage of the record's pipeline but the present one, by order: may it go there, as it is,
 * without the capability pipeline.override?
 * `field`: the pipeline's, or empty when the type has one pipeline.
 * @ownership caller frees with kith_moves_free */
KITH_UNSTABLE int32_t kith_reader_possible_moves(const kith_reader* reader, uint64_t id,
                                                 const char* field, size_t field_size,
                                                 kith_moves** out, kith_error** error);
KITH_UNSTABLE void kith_moves_free(kith_moves* moves);
KITH_UNSTABLE size_t kith_moves_count(const kith_moves* moves);
KITH_UNSTABLE uint8_t kith_moves_allowed(const kith_moves* moves, size_t index);
/* 1: from a closed stage to one that is not. */
KITH_UNSTABLE uint8_t kith_moves_reopens(const kith_moves* moves, size_t index);
/* The stage, and the transition that would be taken, "" when none leads there.
 * @ownership borrowed until kith_moves_free */
KITH_UNSTABLE const char* kith_moves_stage(const kith_moves* moves, size_t index, size_t* size);
KITH_UNSTABLE const char* kith_moves_transition(const kith_moves* moves, size_t index,
                                                size_t* size);
/* Why not, all reasons: the rule, the entity type and the field or "", and a sentence.
 * @ownership borrowed until kith_moves_free */
KITH_UNSTABLE size_t kith_moves_reason_count(const kith_moves* moves, size_t index);
KITH_UNSTABLE const char* kith_moves_reason_code(const kith_moves* moves, size_t index,
                                                 size_t reason, size_t* size);
KITH_UNSTABLE const char* kith_moves_reason_entity(const kith_moves* moves, size_t index,
                                                   size_t reason, size_t* size);
KITH_UNSTABLE const char* kith_moves_reason_field(const kith_moves* moves, size_t index,
                                                  size_t reason, size_t* size);
KITH_UNSTABLE const char* kith_moves_reason_message(const kith_moves* moves, size_t index,
                                                    size_t reason, size_t* size);
/* The whole as JSON, its members named as these functions are.
 * @ownership caller frees with kith_string_free */
KITH_UNSTABLE int32_t kith_moves_to_json(const kith_moves* moves, kith_string** out,
                                         kith_error** error);

/* The record's stays in stages, oldest first. `field` as above.
 * @ownership caller frees with kith_stage_visits_free */
KITH_UNSTABLE int32_t kith_reader_stage_history(const kith_reader* reader, uint64_t id,
                                                const char* field, size_t field_size,
                                                kith_stage_visits** out, kith_error** error);
KITH_UNSTABLE void kith_stage_visits_free(kith_stage_visits* visits);
KITH_UNSTABLE size_t kith_stage_visits_count(const kith_stage_visits* visits);
/* The stage, and why the record was moved in.
 * @ownership borrowed until kith_stage_visits_free */
KITH_UNSTABLE const char* kith_stage_visits_stage(const kith_stage_visits* visits, size_t index,
                                                  size_t* size);
KITH_UNSTABLE const char* kith_stage_visits_cause(const kith_stage_visits* visits, size_t index,
                                                  size_t* size);
/* In effective time. `left` gives KITH_NOT_FOUND while the record is there; the duration is then
 * the one to the reader's now. */
KITH_UNSTABLE int32_t kith_stage_visits_entered(const kith_stage_visits* visits, size_t index,
                                                kith_time* out, kith_error** error);
KITH_UNSTABLE int32_t kith_stage_visits_left(const kith_stage_visits* visits, size_t index,
                                             kith_time* out, kith_error** error);
KITH_UNSTABLE int32_t kith_stage_visits_duration(const kith_stage_visits* visits, size_t index,
                                                 kith_time* out, kith_error** error);
/* Who moved it in, 0 for the host itself; the change in the history; 1: by the capability. */
KITH_UNSTABLE uint64_t kith_stage_visits_actor(const kith_stage_visits* visits, size_t index);
KITH_UNSTABLE uint64_t kith_stage_visits_sequence(const kith_stage_visits* visits, size_t index);
KITH_UNSTABLE uint8_t kith_stage_visits_overridden(const kith_stage_visits* visits, size_t index);
/* The whole as JSON, its members named as these functions are.
 * @ownership caller frees with kith_string_free */
KITH_UNSTABLE int32_t kith_stage_visits_to_json(const kith_stage_visits* visits,
                                                const kith_reader* reader, kith_string** out,
                                                kith_error** error);

/* The pipelines of the model.
 * @ownership caller frees with kith_pipelines_free */
KITH_UNSTABLE int32_t kith_reader_pipelines(const kith_reader* reader, kith_pipelines** out,
                                            kith_error** error);
KITH_UNSTABLE void kith_pipelines_free(kith_pipelines* pipelines);
KITH_UNSTABLE size_t kith_pipelines_count(const kith_pipelines* pipelines);
/* Name, label for people, entity type and field; the stage of a new record that names none.
 * @ownership borrowed until kith_pipelines_free */
KITH_UNSTABLE const char* kith_pipelines_name(const kith_pipelines* pipelines, size_t index,
                                              size_t* size);
KITH_UNSTABLE const char* kith_pipelines_label(const kith_pipelines* pipelines, size_t index,
                                               size_t* size);
KITH_UNSTABLE const char* kith_pipelines_entity(const kith_pipelines* pipelines, size_t index,
                                                size_t* size);
KITH_UNSTABLE const char* kith_pipelines_field(const kith_pipelines* pipelines, size_t index,
                                               size_t* size);
KITH_UNSTABLE const char* kith_pipelines_default_stage(const kith_pipelines* pipelines,
                                                       size_t index, size_t* size);
/* Raised by every applied model that changes it. */
KITH_UNSTABLE uint32_t kith_pipelines_version(const kith_pipelines* pipelines, size_t index);
/* The stages of a pipeline, by order: name and label; class "open", "won", "lost" or "parked";
 * forecast "omitted", "pipeline", "best_case", "commit" or "closed".
 * @ownership borrowed until kith_pipelines_free */
KITH_UNSTABLE size_t kith_pipelines_stage_count(const kith_pipelines* pipelines, size_t index);
KITH_UNSTABLE const char* kith_pipelines_stage_name(const kith_pipelines* pipelines, size_t index,
                                                    size_t stage, size_t* size);
KITH_UNSTABLE const char* kith_pipelines_stage_label(const kith_pipelines* pipelines, size_t index,
                                                     size_t stage, size_t* size);
KITH_UNSTABLE const char* kith_pipelines_stage_class(const kith_pipelines* pipelines, size_t index,
                                                     size_t stage, size_t* size);
KITH_UNSTABLE const char* kith_pipelines_stage_forecast(const kith_pipelines* pipelines,
                                                        size_t index, size_t stage, size_t* size);
/* Its place among the stages; the percent a record is given when it enters. */
KITH_UNSTABLE int32_t kith_pipelines_stage_order(const kith_pipelines* pipelines, size_t index,
                                                 size_t stage);
KITH_UNSTABLE int32_t kith_pipelines_stage_probability(const kith_pipelines* pipelines,
                                                       size_t index, size_t stage);
/* The time after which a record in it is rotten; KITH_NOT_FOUND when it never is. */
KITH_UNSTABLE int32_t kith_pipelines_stage_rot_after(const kith_pipelines* pipelines, size_t index,
                                                     size_t stage, kith_time* out,
                                                     kith_error** error);
/* 1: nothing enters it any more. */
KITH_UNSTABLE uint8_t kith_pipelines_stage_retired(const kith_pipelines* pipelines, size_t index,
                                                   size_t stage);
/* The whole as JSON, its members named as these functions are.
 * @ownership caller frees with kith_string_free */
KITH_UNSTABLE int32_t kith_pipelines_to_json(const kith_pipelines* pipelines, kith_string** out,
                                             kith_error** error);

/* ---- Automations ---------------------------------------------------------------------------- */

/* Carries out what is due at `now`, in transactions of its own: runs of automations, their waits,
 * their messages. What was done before a failure stays done, and the next tick goes on from there.
 * A run that fails is recorded and counted, and is no failure of the tick. Any thread, but not
 * while it has a transaction. `out` may be NULL.
 * @ownership caller frees with kith_tick_result_free */
KITH_UNSTABLE int32_t kith_session_tick(const kith_session* session,
                                        const kith_tick_options* options, kith_tick_result** out,
                                        kith_error** error);
KITH_UNSTABLE void kith_tick_result_free(kith_tick_result* result);
/* Runs begun or gone on with; steps carried out; entries of the history written; messages put into
 * the outbox; runs that failed or were suspended. */
KITH_UNSTABLE uint64_t kith_tick_result_runs(const kith_tick_result* result);
KITH_UNSTABLE uint64_t kith_tick_result_steps(const kith_tick_result* result);
KITH_UNSTABLE uint64_t kith_tick_result_changes(const kith_tick_result* result);
KITH_UNSTABLE uint64_t kith_tick_result_messages(const kith_tick_result* result);
KITH_UNSTABLE uint64_t kith_tick_result_failures(const kith_tick_result* result);
/* 1: the budget ran out before the work; tick again. */
KITH_UNSTABLE uint8_t kith_tick_result_more(const kith_tick_result* result);
/* The earliest time at which there is work again; KITH_NOT_FOUND when nothing waits. */
KITH_UNSTABLE int32_t kith_tick_result_next_due(const kith_tick_result* result, kith_time* out,
                                                kith_error** error);
/* The whole as JSON, its members named as these functions are.
 * @ownership caller frees with kith_string_free */
KITH_UNSTABLE int32_t kith_tick_result_to_json(const kith_tick_result* result, kith_string** out,
                                               kith_error** error);
/* The earliest time at which a tick has work, asked without one; KITH_NOT_FOUND when nothing
 * waits. */
KITH_UNSTABLE int32_t kith_reader_next_due(const kith_reader* reader, kith_time* out,
                                           kith_error** error);

/* Something happened outside: begins the runs of the automations that wait for it. `repeated` (may
 * be NULL): 1 when the event's id is remembered, and nothing was changed. `runs` (may be NULL): how
 * many it began, then or now. */
KITH_UNSTABLE int32_t kith_txn_receive(kith_txn* txn, const kith_inbound_event* event,
                                       uint8_t* repeated, uint64_t* runs, kith_error** error);
/* The event as a JSON object: {"id": "pay-7", "name": "payment.received", "record": "deal:1",
 * "data": {"amount": 900}}. */
KITH_UNSTABLE int32_t kith_txn_receive_json(kith_txn* txn, const char* event, size_t event_size,
                                            uint8_t* repeated, uint64_t* runs, kith_error** error);
/* Ends an active run for good; ended ones stay as they are. KITH_NOT_FOUND when there is no such
 * run. */
KITH_UNSTABLE int32_t kith_txn_cancel_run(kith_txn* txn, uint64_t run, const char* reason,
                                          size_t reason_size, kith_error** error);

/* The automations of the model, in order of matching.
 * @ownership caller frees with kith_automations_free */
KITH_UNSTABLE int32_t kith_reader_automations(const kith_reader* reader, kith_automations** out,
                                              kith_error** error);
KITH_UNSTABLE void kith_automations_free(kith_automations* automations);
KITH_UNSTABLE size_t kith_automations_count(const kith_automations* automations);
/* Its number, never reused, 0 for a before_save rule; version; place in the order of matching;
 * number of steps. */
KITH_UNSTABLE uint32_t kith_automations_id(const kith_automations* automations, size_t index);
KITH_UNSTABLE uint32_t kith_automations_version(const kith_automations* automations, size_t index);
KITH_UNSTABLE int32_t kith_automations_order(const kith_automations* automations, size_t index);
KITH_UNSTABLE uint32_t kith_automations_steps(const kith_automations* automations, size_t index);
/* Name; entity type; trigger ("created", "stage_entered", ...); state "active", "paused" (begins no
 * run), "retired" (ends those it has) or "halted" (begins no run until a changed version is
 * published: its condition passed the limit of work ten times); condition, an expression or "".
 * @ownership borrowed until kith_automations_free */
KITH_UNSTABLE const char* kith_automations_name(const kith_automations* automations, size_t index,
                                                size_t* size);
KITH_UNSTABLE const char* kith_automations_entity(const kith_automations* automations, size_t index,
                                                  size_t* size);
KITH_UNSTABLE const char* kith_automations_trigger(const kith_automations* automations,
                                                   size_t index, size_t* size);
KITH_UNSTABLE const char* kith_automations_state(const kith_automations* automations, size_t index,
                                                 size_t* size);
KITH_UNSTABLE const char* kith_automations_condition(const kith_automations* automations,
                                                     size_t index, size_t* size);
/* The whole as JSON, its members named as these functions are.
 * @ownership caller frees with kith_string_free */
KITH_UNSTABLE int32_t kith_automations_to_json(const kith_automations* automations,
                                               kith_string** out, kith_error** error);

/* Runs, oldest first. `filter` NULL: the first 1000 of all.
 * @ownership caller frees with kith_runs_free */
KITH_UNSTABLE int32_t kith_reader_runs(const kith_reader* reader, const kith_run_filter* filter,
                                       kith_runs** out, kith_error** error);
KITH_UNSTABLE void kith_runs_free(kith_runs* runs);
KITH_UNSTABLE size_t kith_runs_count(const kith_runs* runs);
/* The run's number; its record; how often the automation has taken up this record, from 1; the run
 * that caused it, or 0. */
KITH_UNSTABLE uint64_t kith_runs_id(const kith_runs* runs, size_t index);
KITH_UNSTABLE uint64_t kith_runs_record(const kith_runs* runs, size_t index);
KITH_UNSTABLE uint64_t kith_runs_enrolment(const kith_runs* runs, size_t index);
KITH_UNSTABLE uint64_t kith_runs_parent(const kith_runs* runs, size_t index);
/* KITH_RUN_; version of the automation it keeps to; steps done so far; 1 when a person or the host
 * caused it, 2 when a run did, ... */
KITH_UNSTABLE int32_t kith_runs_state(const kith_runs* runs, size_t index);
KITH_UNSTABLE uint32_t kith_runs_version(const kith_runs* runs, size_t index);
KITH_UNSTABLE uint32_t kith_runs_step(const kith_runs* runs, size_t index);
KITH_UNSTABLE uint32_t kith_runs_depth(const kith_runs* runs, size_t index);
/* The automation's name; why it ended, "" for one that is active or done.
 * @ownership borrowed until kith_runs_free */
KITH_UNSTABLE const char* kith_runs_automation(const kith_runs* runs, size_t index, size_t* size);
KITH_UNSTABLE const char* kith_runs_message(const kith_runs* runs, size_t index, size_t* size);
/* When it began; when it goes on, KITH_NOT_FOUND for one that has ended; when it ended,
 * KITH_NOT_FOUND for one that has not. */
KITH_UNSTABLE int32_t kith_runs_started(const kith_runs* runs, size_t index, kith_time* out,
                                        kith_error** error);
KITH_UNSTABLE int32_t kith_runs_due(const kith_runs* runs, size_t index, kith_time* out,
                                    kith_error** error);
KITH_UNSTABLE int32_t kith_runs_ended(const kith_runs* runs, size_t index, kith_time* out,
                                      kith_error** error);
/* The whole as JSON, its members named as these functions are.
 * @ownership caller frees with kith_string_free */
KITH_UNSTABLE int32_t kith_runs_to_json(const kith_runs* runs, const kith_reader* reader,
                                        kith_string** out, kith_error** error);
/* The name of a KITH_RUN_ state: "active", "done", ...; "" for a number that is none.
 * @ownership static */
KITH_UNSTABLE const char* kith_run_state_name(int32_t state);

/* ---- Outbox --------------------------------------------------------------------------------- */

/* kith sends nothing itself. A host leases messages, delivers them, and acknowledges them in a
 * later transaction; a crash in between delivers again, under the same idempotency key. */

/* Writes a message. A key that was used before gives the old message's sequence. `sequence` (may
 * be NULL): the message's name in the outbox. */
KITH_UNSTABLE int32_t kith_txn_send(kith_txn* txn, const kith_message_draft* draft,
                                    uint64_t* sequence, kith_error** error);
/* The message as a JSON object: {"topic": "email", "payload": {"to": "ann@example.org"},
 * "record": "contact:1"}. */
KITH_UNSTABLE int32_t kith_txn_send_json(kith_txn* txn, const char* draft, size_t draft_size,
                                         uint64_t* sequence, kith_error** error);
/* Messages that are due at the transaction's time, the caller's until the ttl has passed. They
 * count as handed out once the transaction has been committed. `options` NULL: defaults.
 * @ownership caller frees with kith_messages_free */
KITH_UNSTABLE int32_t kith_txn_lease(kith_txn* txn, const kith_lease_options* options,
                                     kith_messages** out, kith_error** error);
/* Delivered: the message goes. KITH_CONFLICT when the lease is no longer the present one,
 * KITH_NOT_FOUND when there is no such message. */
KITH_UNSTABLE int32_t kith_txn_acknowledge(kith_txn* txn, uint64_t sequence, uint64_t token,
                                           kith_error** error);
/* Not delivered: it is tried again later, or given up. Results as above. `options` NULL:
 * defaults. */
KITH_UNSTABLE int32_t kith_txn_refuse(kith_txn* txn, uint64_t sequence, uint64_t token,
                                      const kith_refuse_options* options, kith_error** error);
/* A dead message is tried again from the start; or dropped for ever. */
KITH_UNSTABLE int32_t kith_txn_revive(kith_txn* txn, uint64_t sequence, kith_error** error);
KITH_UNSTABLE int32_t kith_txn_discard(kith_txn* txn, uint64_t sequence, kith_error** error);

/* What is in the outbox, in order of writing. `filter` NULL: the first 1000 of all.
 * @ownership caller frees with kith_messages_free */
KITH_UNSTABLE int32_t kith_reader_outbox(const kith_reader* reader,
                                         const kith_message_filter* filter, kith_messages** out,
                                         kith_error** error);
KITH_UNSTABLE void kith_messages_free(kith_messages* messages);
KITH_UNSTABLE size_t kith_messages_count(const kith_messages* messages);
/* The message's name in the outbox; the token of its present lease, or 0; the record it is about
 * and the run that wrote it, or 0. */
KITH_UNSTABLE uint64_t kith_messages_sequence(const kith_messages* messages, size_t index);
KITH_UNSTABLE uint64_t kith_messages_token(const kith_messages* messages, size_t index);
KITH_UNSTABLE uint64_t kith_messages_record(const kith_messages* messages, size_t index);
KITH_UNSTABLE uint64_t kith_messages_run(const kith_messages* messages, size_t index);
/* KITH_MESSAGE_; leases so far. */
KITH_UNSTABLE int32_t kith_messages_state(const kith_messages* messages, size_t index);
KITH_UNSTABLE uint32_t kith_messages_attempts(const kith_messages* messages, size_t index);
/* What kind of deliverer takes it; its key, which no other message has; the last refusal's words.
 * @ownership borrowed until kith_messages_free */
KITH_UNSTABLE const char* kith_messages_topic(const kith_messages* messages, size_t index,
                                              size_t* size);
KITH_UNSTABLE const char* kith_messages_idempotency_key(const kith_messages* messages, size_t index,
                                                        size_t* size);
KITH_UNSTABLE const char* kith_messages_last_error(const kith_messages* messages, size_t index,
                                                   size_t* size);
/* A map; NULL out of range.
 * @ownership borrowed until kith_messages_free */
KITH_UNSTABLE const kith_value* kith_messages_payload(const kith_messages* messages, size_t index);
/* When it was written; when it may be handed out, of a leased one when the lease ends. */
KITH_UNSTABLE int32_t kith_messages_created(const kith_messages* messages, size_t index,
                                            kith_time* out, kith_error** error);
KITH_UNSTABLE int32_t kith_messages_not_before(const kith_messages* messages, size_t index,
                                               kith_time* out, kith_error** error);
/* The whole as JSON, its members named as these functions are.
 * @ownership caller frees with kith_string_free */
KITH_UNSTABLE int32_t kith_messages_to_json(const kith_messages* messages,
                                            const kith_reader* reader, kith_string** out,
                                            kith_error** error);
/* The name of a KITH_MESSAGE_ state: "pending", "leased", "dead"; "" for a number that is none.
 * @ownership static */
KITH_UNSTABLE const char* kith_message_state_name(int32_t state);

/* ---- Capture and timeline ------------------------------------------------------------------- */

/* A customer did something: finds or creates the person, records the activity, links account and
 * open deal, and sends the event "captured" to the automations. An event whose id is remembered
 * changes nothing and is answered as the first was. `out` may be NULL.
 * @ownership caller frees with kith_capture_result_free */
KITH_UNSTABLE int32_t kith_txn_capture(kith_txn* txn, const kith_capture_event* event,
                                       kith_capture_result** out, kith_error** error);
/* The event as a JSON object: {"kind": "form", "source": "website", "email": "ann@example.org",
 * "person_fields": {"city": "Vienna"}}.
 * @ownership caller frees with kith_capture_result_free */
KITH_UNSTABLE int32_t kith_txn_capture_json(kith_txn* txn, const char* event, size_t event_size,
                                            kith_capture_result** out, kith_error** error);
KITH_UNSTABLE void kith_capture_result_free(kith_capture_result* result);
/* 1: the id is remembered, the rest is the first answer; 1: there was no such contact; the same of
 * the account. */
KITH_UNSTABLE uint8_t kith_capture_result_repeated(const kith_capture_result* result);
KITH_UNSTABLE uint8_t kith_capture_result_person_created(const kith_capture_result* result);
KITH_UNSTABLE uint8_t kith_capture_result_account_created(const kith_capture_result* result);
/* The contact, its account, the open deal the activity was put under, the activity; 0 for none. */
KITH_UNSTABLE uint64_t kith_capture_result_person(const kith_capture_result* result);
KITH_UNSTABLE uint64_t kith_capture_result_account(const kith_capture_result* result);
KITH_UNSTABLE uint64_t kith_capture_result_deal(const kith_capture_result* result);
KITH_UNSTABLE uint64_t kith_capture_result_activity(const kith_capture_result* result);
/* Fields of the contact that were empty before, and what was decided and why, a sentence each.
 * @ownership borrowed until kith_capture_result_free */
KITH_UNSTABLE size_t kith_capture_result_filled_count(const kith_capture_result* result);
KITH_UNSTABLE const char* kith_capture_result_filled(const kith_capture_result* result,
                                                     size_t index, size_t* size);
KITH_UNSTABLE size_t kith_capture_result_reason_count(const kith_capture_result* result);
KITH_UNSTABLE const char* kith_capture_result_reason(const kith_capture_result* result,
                                                     size_t index, size_t* size);
/* The whole as JSON, its members named as these functions are.
 * @ownership caller frees with kith_string_free */
KITH_UNSTABLE int32_t kith_capture_result_to_json(const kith_capture_result* result,
                                                  const kith_reader* reader, kith_string** out,
                                                  kith_error** error);

/* The record's own changes and the activities that refer to it, oldest first. `options` NULL: the
 * defaults.
 * @ownership caller frees with kith_timeline_free */
KITH_UNSTABLE int32_t kith_reader_timeline(const kith_reader* reader, uint64_t id,
                                           const kith_timeline_options* options,
                                           kith_timeline** out, kith_error** error);
KITH_UNSTABLE void kith_timeline_free(kith_timeline* timeline);
KITH_UNSTABLE size_t kith_timeline_count(const kith_timeline* timeline);
/* When it took effect; of an activity, when it started if it says so. */
KITH_UNSTABLE int32_t kith_timeline_at(const kith_timeline* timeline, size_t index, kith_time* out,
                                       kith_error** error);
/* KITH_TIMELINE_; what changed, or the activity; who, 0 for the host itself; the change in the
 * history. */
KITH_UNSTABLE int32_t kith_timeline_kind(const kith_timeline* timeline, size_t index);
KITH_UNSTABLE uint64_t kith_timeline_record(const kith_timeline* timeline, size_t index);
KITH_UNSTABLE uint64_t kith_timeline_actor(const kith_timeline* timeline, size_t index);
KITH_UNSTABLE uint64_t kith_timeline_sequence(const kith_timeline* timeline, size_t index);
/* One line; the rest, which may have several; the actor's title or ""; why.
 * @ownership borrowed until kith_timeline_free */
KITH_UNSTABLE const char* kith_timeline_title(const kith_timeline* timeline, size_t index,
                                              size_t* size);
KITH_UNSTABLE const char* kith_timeline_text(const kith_timeline* timeline, size_t index,
                                             size_t* size);
KITH_UNSTABLE const char* kith_timeline_actor_name(const kith_timeline* timeline, size_t index,
                                                   size_t* size);
KITH_UNSTABLE const char* kith_timeline_cause(const kith_timeline* timeline, size_t index,
                                              size_t* size);
/* The whole as JSON, its members named as these functions are.
 * @ownership caller frees with kith_string_free */
KITH_UNSTABLE int32_t kith_timeline_to_json(const kith_timeline* timeline,
                                            const kith_reader* reader, kith_string** out,
                                            kith_error** error);
/* The name of a KITH_TIMELINE_ kind: "change", "activity"; "" for a number that is none.
 * @ownership static */
KITH_UNSTABLE const char* kith_timeline_kind_name(int32_t kind);

/* ---- Scores --------------------------------------------------------------------------------- */

/* What a score of the model comes to for a record, as of the reader's `now`: in an expression,
 * score('fit') is its total. KITH_INVALID_ARGUMENT when the record's type has no such score.
 * @ownership caller frees with kith_score_free */
KITH_UNSTABLE int32_t kith_reader_score(const kith_reader* reader, uint64_t id, const char* name,
                                        size_t name_size, kith_score** out, kith_error** error);
KITH_UNSTABLE void kith_score_free(kith_score* score);
/* @ownership borrowed until kith_score_free */
KITH_UNSTABLE const char* kith_score_name(const kith_score* score, size_t* size);
KITH_UNSTABLE const char* kith_score_label(const kith_score* score, size_t* size);
/* The sum of the rows, kept within the bounds of the score: a decimal of four digits after the
 * point.
 * @ownership borrowed until kith_score_free */
KITH_UNSTABLE const kith_value* kith_score_total(const kith_score* score);
/* Its rows, in the order of the model: how many, the name of each, and its points after cap and
 * decay, a decimal; NULL when there is no such row.
 * @ownership borrowed until kith_score_free */
KITH_UNSTABLE size_t kith_score_count(const kith_score* score);
KITH_UNSTABLE const char* kith_score_row(const kith_score* score, size_t index, size_t* size);
KITH_UNSTABLE const kith_value* kith_score_points(const kith_score* score, size_t index);
/* 1: its condition holds, or it has none. */
KITH_UNSTABLE uint8_t kith_score_matched(const kith_score* score, size_t index);
/* Why it has no points, KITH_EVALUATION_: MISSING when something it needs is null, which is no
 * mistake; and a sentence, "" without an error.
 * @ownership borrowed until kith_score_free */
KITH_UNSTABLE int32_t kith_score_error_class(const kith_score* score, size_t index);
KITH_UNSTABLE const char* kith_score_message(const kith_score* score, size_t index, size_t* size);
/* The whole as JSON, as kith/json.hpp has it.
 * @ownership caller frees with kith_string_free */
KITH_UNSTABLE int32_t kith_score_to_json(const kith_score* score, kith_string** out,
                                         kith_error** error);

/* ---- Expressions ---------------------------------------------------------------------------- */

/* Checks an expression against an entity type; the name of its type into `type`, which may be
 * NULL.
 * @ownership caller frees with kith_string_free */
KITH_UNSTABLE int32_t kith_expression_check(kith_database* database, const char* entity,
                                            size_t entity_size, const char* expression,
                                            size_t expression_size, kith_string** type,
                                            kith_error** error);
/* Evaluates with the variables of a JSON object, or none. `now` may be NULL: 1970.
 * @ownership caller frees with kith_value_free */
KITH_UNSTABLE int32_t kith_expression_evaluate(const char* expression, size_t expression_size,
                                               const char* variables, size_t variables_size,
                                               const kith_time* now, kith_value** out,
                                               kith_error** error);
/* Evaluates on a record.
 * @ownership caller frees with kith_value_free */
KITH_UNSTABLE int32_t kith_expression_evaluate_on(const kith_reader* reader, uint64_t id,
                                                  const char* expression, size_t expression_size,
                                                  kith_value** out, kith_error** error);

/* Compiles an expression by itself, over variables and `now`; `options` NULL: defaults. The place
 * of a mistake is in the error's violation.
 * @ownership caller frees with kith_expr_free */
KITH_UNSTABLE int32_t kith_expr_compile(const char* source, size_t source_size,
                                        const kith_expr_options* options, kith_expr** out,
                                        kith_error** error);
/* The same on records of an entity type: with their fields, r, old, user, now, org and params.
 * @ownership caller frees with kith_expr_free */
KITH_UNSTABLE int32_t kith_expr_compile_on(kith_database* database, const char* entity,
                                           size_t entity_size, const char* source,
                                           size_t source_size, const kith_expr_options* options,
                                           kith_expr** out, kith_error** error);
KITH_UNSTABLE void kith_expr_free(kith_expr* expr);
/* As it was compiled; the entity type is "" for one by itself.
 * @ownership borrowed until kith_expr_free */
KITH_UNSTABLE const char* kith_expr_source(const kith_expr* expr, size_t* size);
KITH_UNSTABLE const char* kith_expr_entity(const kith_expr* expr, size_t* size);
/* Its type: "bool", "wrapper(decimal)"; its source in the house form, broken where a line would be
 * wider than `width` code points; a sentence for people.
 * @ownership caller frees with kith_string_free */
KITH_UNSTABLE int32_t kith_expr_type(const kith_expr* expr, kith_string** out, kith_error** error);
KITH_UNSTABLE int32_t kith_expr_format(const kith_expr* expr, uint32_t width, kith_string** out,
                                       kith_error** error);
KITH_UNSTABLE int32_t kith_expr_english(const kith_expr* expr, kith_string** out,
                                        kith_error** error);
/* Its tree: {"text", "kind", "name", "type", "cost": {"min", "max"}, "offset", "parts": [...]};
 * `max` is left out when no bound can be given.
 * @ownership caller frees with kith_string_free */
KITH_UNSTABLE int32_t kith_expr_explain_to_json(const kith_expr* expr, kith_string** out,
                                                kith_error** error);
/* Lists of texts, sorted: what it reads of records ("amount", "account.industry", "old.stage",
 * "user.name"), and the fields that changed(), changed_to() and was() name.
 * @ownership caller frees with kith_value_free */
KITH_UNSTABLE int32_t kith_expr_fields(const kith_expr* expr, kith_value** out, kith_error** error);
KITH_UNSTABLE int32_t kith_expr_watched(const kith_expr* expr, kith_value** out,
                                        kith_error** error);
/* A list of texts: how a query with this condition would find its records now ("index
 * deal.by_stage [=]", "scan deal"), then the other ways there are. `params` is a map or NULL.
 * @ownership caller frees with kith_value_free */
KITH_UNSTABLE int32_t kith_expr_plan(const kith_expr* expr, const kith_reader* reader,
                                     const kith_value* params, kith_value** out,
                                     kith_error** error);
/* 1 when it reads `now`. */
KITH_UNSTABLE uint8_t kith_expr_reads_now(const kith_expr* expr);
/* What an evaluation may cost before anything is known of the data; `max` is UINT64_MAX when no
 * bound can be given. Both may be NULL. */
KITH_UNSTABLE int32_t kith_expr_cost(const kith_expr* expr, uint64_t* min, uint64_t* max,
                                     kith_error** error);
/* Evaluates one by itself, with the variables of a map or a JSON object, or none. `now` may be
 * NULL: 1970. A variable that is not given is MISSING where it is read; whole numbers stand for
 * decimals and doubles. A failure is KITH_EXPRESSION_FAILED, KITH_LIMIT, or for class HOST the
 * store's own; its class, such as "DATA", and its place are the violation of the error too.
 * `evaluation` may be NULL.
 * @ownership caller frees with kith_value_free */
KITH_UNSTABLE int32_t kith_expr_evaluate(const kith_expr* expr, const kith_value* variables,
                                         const kith_time* now, kith_value** out,
                                         kith_evaluation* evaluation, kith_error** error);
KITH_UNSTABLE int32_t kith_expr_evaluate_json(const kith_expr* expr, const char* variables,
                                              size_t variables_size, const kith_time* now,
                                              kith_value** out, kith_evaluation* evaluation,
                                              kith_error** error);
/* Evaluates on a record, deleted ones included; `params` is a map or NULL. KITH_NOT_FOUND when
 * there is no such record.
 * @ownership caller frees with kith_value_free */
KITH_UNSTABLE int32_t kith_expr_evaluate_on(const kith_expr* expr, const kith_reader* reader,
                                            uint64_t id, const kith_value* params, kith_value** out,
                                            kith_evaluation* evaluation, kith_error** error);
/* "MISSING" for KITH_EVALUATION_MISSING; "HOST" for a number that is none.
 * @ownership static */
KITH_UNSTABLE const char* kith_evaluation_error_name(int32_t error_class);
/* What may stand at byte `offset` of an unfinished expression, for editors, best first: [{"text",
 * "kind", "type", "detail", "replace_from"}]; `text` is for what is from replace_from to offset.
 * @ownership caller frees with kith_string_free */
KITH_UNSTABLE int32_t kith_expr_complete_to_json(const char* source, size_t source_size,
                                                 size_t offset, const kith_expr_options* options,
                                                 kith_string** out, kith_error** error);
KITH_UNSTABLE int32_t kith_expr_complete_on_to_json(kith_database* database, const char* entity,
                                                    size_t entity_size, const char* source,
                                                    size_t source_size, size_t offset,
                                                    const kith_expr_options* options,
                                                    kith_string** out, kith_error** error);

/* ---- Import and export ---------------------------------------------------------------------- */

/* Imports a CSV file in chunks, each one transaction. A row that is refused is reported and the
 * others land.
 * @ownership caller frees with kith_import_report_free */
KITH_UNSTABLE int32_t kith_import_csv(const kith_session* session, const char* entity,
                                      size_t entity_size, const char* path, size_t path_size,
                                      const kith_import_options* options, kith_import_report** out,
                                      kith_error** error);
KITH_UNSTABLE void kith_import_report_free(kith_import_report* report);
/* Numbers of rows. */
KITH_UNSTABLE uint64_t kith_import_report_rows(const kith_import_report* report);
KITH_UNSTABLE uint64_t kith_import_report_created(const kith_import_report* report);
KITH_UNSTABLE uint64_t kith_import_report_updated(const kith_import_report* report);
KITH_UNSTABLE uint64_t kith_import_report_unchanged(const kith_import_report* report);
KITH_UNSTABLE uint64_t kith_import_report_rejected(const kith_import_report* report);
/* References: records made for a look-up that found none; references left out for the same. */
KITH_UNSTABLE uint64_t kith_import_report_references_created(const kith_import_report* report);
KITH_UNSTABLE uint64_t kith_import_report_references_blank(const kith_import_report* report);
/* 1 when the progress callback stopped it. */
KITH_UNSTABLE uint8_t kith_import_report_stopped(const kith_import_report* report);
/* The first 1,000 refused rows: row from 1 without the header, line of the file, its column (""
 * for the whole row), code and reason.
 * @ownership borrowed until kith_import_report_free */
KITH_UNSTABLE size_t kith_import_report_reject_count(const kith_import_report* report);
KITH_UNSTABLE uint64_t kith_import_report_reject_row(const kith_import_report* report,
                                                     size_t index);
KITH_UNSTABLE uint64_t kith_import_report_reject_line(const kith_import_report* report,
                                                      size_t index);
KITH_UNSTABLE const char* kith_import_report_reject_column(const kith_import_report* report,
                                                           size_t index, size_t* size);
KITH_UNSTABLE const char* kith_import_report_reject_code(const kith_import_report* report,
                                                         size_t index, size_t* size);
KITH_UNSTABLE const char* kith_import_report_reject_reason(const kith_import_report* report,
                                                           size_t index, size_t* size);
/* Columns with values that two of their formats read differently: name, how many, an example.
 * @ownership borrowed until kith_import_report_free */
KITH_UNSTABLE size_t kith_import_report_ambiguous_count(const kith_import_report* report);
KITH_UNSTABLE uint64_t kith_import_report_ambiguous_values(const kith_import_report* report,
                                                           size_t index);
KITH_UNSTABLE const char* kith_import_report_ambiguous_column(const kith_import_report* report,
                                                              size_t index, size_t* size);
KITH_UNSTABLE const char* kith_import_report_ambiguous_example(const kith_import_report* report,
                                                               size_t index, size_t* size);

/* Writes to a file, which is replaced only when the whole export succeeded. `options` NULL: CSV of
 * every field. `records` (may be NULL): their number. */
KITH_UNSTABLE int32_t kith_export_path(const kith_session* session, const char* entity,
                                       size_t entity_size, const char* path, size_t path_size,
                                       const kith_export_options* options, uint64_t* records,
                                       kith_error** error);
/* Writes to a callback. */
KITH_UNSTABLE int32_t kith_export_write(const kith_session* session, const char* entity,
                                        size_t entity_size, kith_write_fn write, void* user,
                                        kith_destroy_fn destroy, const kith_export_options* options,
                                        uint64_t* records, kith_error** error);
/* The same of a snapshot, of the past too, or of a transaction with its own writes. The callback
 * must not use or free the reader. */
KITH_UNSTABLE int32_t kith_reader_export_path(const kith_reader* reader, const char* entity,
                                              size_t entity_size, const char* path,
                                              size_t path_size, const kith_export_options* options,
                                              uint64_t* records, kith_error** error);
KITH_UNSTABLE int32_t kith_reader_export_write(const kith_reader* reader, const char* entity,
                                               size_t entity_size, kith_write_fn write, void* user,
                                               kith_destroy_fn destroy,
                                               const kith_export_options* options,
                                               uint64_t* records, kith_error** error);

/* ---- Checking ------------------------------------------------------------------------------- */

/* Reads everything in one snapshot and says what is wrong; that there are problems is no failure of
 * the call. With repair, which needs KITH_CAPABILITY_CHANGE_MODEL, it rebuilds what follows from
 * something else, such as indexes; it never invents or drops a record, a change or a message.
 * `options` NULL: defaults.
 * @ownership caller frees with kith_check_report_free */
KITH_UNSTABLE int32_t kith_database_check(kith_database* database, const kith_session* session,
                                          const kith_check_options* options,
                                          kith_check_report** out, kith_error** error);
KITH_UNSTABLE void kith_check_report_free(kith_check_report* report);
/* 1: there is no problem, or all were repaired. */
KITH_UNSTABLE uint8_t kith_check_report_clean(const kith_check_report* report);
/* Problems found, listed or not; how many of them were repaired. */
KITH_UNSTABLE uint64_t kith_check_report_found(const kith_check_report* report);
KITH_UNSTABLE uint64_t kith_check_report_repaired(const kith_check_report* report);
/* What was looked at: records; references; entries of indexes of every kind; changes; large values;
 * timers, runs, messages and what belongs to them. */
KITH_UNSTABLE uint64_t kith_check_report_records(const kith_check_report* report);
KITH_UNSTABLE uint64_t kith_check_report_references(const kith_check_report* report);
KITH_UNSTABLE uint64_t kith_check_report_index_entries(const kith_check_report* report);
KITH_UNSTABLE uint64_t kith_check_report_changes(const kith_check_report* report);
KITH_UNSTABLE uint64_t kith_check_report_blobs(const kith_check_report* report);
KITH_UNSTABLE uint64_t kith_check_report_queue_rows(const kith_check_report* report);
/* The problems that are listed: code ("record_corrupt", "index_missing", ...); where ("deal:42",
 * "index deal.by_stage", "history 1234"); what is wrong, for a person.
 * @ownership borrowed until kith_check_report_free */
KITH_UNSTABLE size_t kith_check_report_problem_count(const kith_check_report* report);
KITH_UNSTABLE const char* kith_check_report_problem_code(const kith_check_report* report,
                                                         size_t index, size_t* size);
KITH_UNSTABLE const char* kith_check_report_problem_where(const kith_check_report* report,
                                                          size_t index, size_t* size);
KITH_UNSTABLE const char* kith_check_report_problem_message(const kith_check_report* report,
                                                            size_t index, size_t* size);
/* 1: a check with repair would mend it; 1: this one did. */
KITH_UNSTABLE uint8_t kith_check_report_problem_repairable(const kith_check_report* report,
                                                           size_t index);
KITH_UNSTABLE uint8_t kith_check_report_problem_repaired(const kith_check_report* report,
                                                         size_t index);

/* ---- Backup, dump, load, compact ------------------------------------------------------------ */

/* A copy of the files at `path`, which must not hold a database, of the moment of the call; others
 * go on reading and writing. It is a database like any other. */
KITH_UNSTABLE int32_t kith_database_backup(kith_database* database, const char* path,
                                           size_t path_size, kith_error** error);
/* The whole database, history included, as text (docs/dump-format.md) that later versions load:
 * into a file, which is replaced only when all of it is on disk, or to a callback. `out` may be
 * NULL. The callback gets no more after a failure, and `destroy` may be NULL.
 * @ownership caller frees with kith_dump_stats_free */
KITH_UNSTABLE int32_t kith_dump_path(kith_database* database, const char* path, size_t path_size,
                                     kith_dump_stats** out, kith_error** error);
KITH_UNSTABLE int32_t kith_dump_write(kith_database* database, kith_write_fn write, void* user,
                                      kith_destroy_fn destroy, kith_dump_stats** out,
                                      kith_error** error);
/* Makes a new database at `path` from a dump: of a file, or of a callback. KITH_IMPORT_INVALID
 * names the line of what is no dump, or was cut short; KITH_VERSION_MISMATCH: a newer kith wrote
 * it. After a failure there is no database. `options` and `destroy` NULL: defaults, none; `out` may
 * be NULL.
 * @ownership caller frees with kith_dump_stats_free */
KITH_UNSTABLE int32_t kith_load_path(const char* path, size_t path_size, const char* dump,
                                     size_t dump_size, const kith_load_options* options,
                                     kith_dump_stats** out, kith_error** error);
KITH_UNSTABLE int32_t kith_load_read(const char* path, size_t path_size, kith_read_fn read,
                                     void* user, kith_destroy_fn destroy,
                                     const kith_load_options* options, kith_dump_stats** out,
                                     kith_error** error);
KITH_UNSTABLE void kith_dump_stats_free(kith_dump_stats* stats);
/* Records; changes of the history; timers, runs, messages and what belongs to them; large values;
 * bytes of the dump. */
KITH_UNSTABLE uint64_t kith_dump_stats_records(const kith_dump_stats* stats);
KITH_UNSTABLE uint64_t kith_dump_stats_changes(const kith_dump_stats* stats);
KITH_UNSTABLE uint64_t kith_dump_stats_queue_rows(const kith_dump_stats* stats);
KITH_UNSTABLE uint64_t kith_dump_stats_blobs(const kith_dump_stats* stats);
KITH_UNSTABLE uint64_t kith_dump_stats_bytes(const kith_dump_stats* stats);

/* Writes the database at `path` anew, every page full, without the places of removed fields and
 * what erased data left behind, and puts it in the old one's place. KITH_BUSY when anybody, this
 * process included, has it open. Needs the room for a second copy while it runs. `out` may be NULL.
 * @ownership caller frees with kith_compact_result_free */
KITH_UNSTABLE int32_t kith_database_compact(const char* path, size_t path_size,
                                            kith_compact_result** out, kith_error** error);
KITH_UNSTABLE void kith_compact_result_free(kith_compact_result* result);
/* Size of its file, before and after; places in records that fields which were removed had. */
KITH_UNSTABLE uint64_t kith_compact_result_bytes_before(const kith_compact_result* result);
KITH_UNSTABLE uint64_t kith_compact_result_bytes_after(const kith_compact_result* result);
KITH_UNSTABLE uint64_t kith_compact_result_slots_reclaimed(const kith_compact_result* result);

/* ---- Pools ---------------------------------------------------------------------------------- */

/* `options` NULL: defaults.
 * @ownership caller frees with kith_pool_free */
KITH_UNSTABLE int32_t kith_pool_new(const kith_pool_options* options, kith_pool** out,
                                    kith_error** error);
/* Databases that it gave out stay good. */
KITH_UNSTABLE void kith_pool_free(kith_pool* pool);
/* The database at `path`: opened, or found open. The pool keeps it open after the handle was freed,
 * until more than max_open would be: then the one that has been out of use longest is closed. One
 * is in use while a database, session, reader or transaction of it is held. KITH_BUSY when max_open
 * are in use; other results as of kith_database_open.
 * @ownership caller frees with kith_database_free */
KITH_UNSTABLE int32_t kith_pool_open(kith_pool* pool, const char* path, size_t path_size,
                                     kith_database** out, kith_error** error);
/* Closes those that are not in use; their number. */
KITH_UNSTABLE uint32_t kith_pool_close_idle(kith_pool* pool);
/* @ownership caller frees with kith_pool_stats_free */
KITH_UNSTABLE int32_t kith_pool_read_stats(const kith_pool* pool, kith_pool_stats** out,
                                           kith_error** error);
KITH_UNSTABLE void kith_pool_stats_free(kith_pool_stats* stats);
/* Databases that are open; that are in use; opened and closed since the pool was made. */
KITH_UNSTABLE uint32_t kith_pool_stats_open(const kith_pool_stats* stats);
KITH_UNSTABLE uint32_t kith_pool_stats_in_use(const kith_pool_stats* stats);
KITH_UNSTABLE uint64_t kith_pool_stats_opened(const kith_pool_stats* stats);
KITH_UNSTABLE uint64_t kith_pool_stats_closed(const kith_pool_stats* stats);

#endif /* KITH_API_ALLOW_UNSTABLE */

#ifdef __cplusplus
}
#endif

#endif /* KITH_H */
