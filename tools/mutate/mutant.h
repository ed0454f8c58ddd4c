/*
 * mutant.h: what an instrumented source calls (tools/mutate/sites.py writes the calls).
 *
 * All mutants of a sample are compiled in; the environment variable MUTANT says which one lives. Each
 * macro evaluates what stood in the source, or what the mutant puts in its place.
 */
#ifndef MUTATE_MUTANT_H
#define MUTATE_MUTANT_H

extern unsigned mutant_alive; /* 0: none */
extern volatile unsigned char
	*mutant_reached; /* one byte per mutant, in the file that MUTANT_REACHED names */

static inline int mutant_if(unsigned id, int differs)
{
	if (differs)
		mutant_reached[id] = 1;
	return mutant_alive == id;
}

static inline int mutant(unsigned id)
{
	return mutant_if(id, 1);
}

/* `a op b` as `a other b`: for `&&`, `||`, assignments, and sides that do something. */
#define MUTANT_OPERATOR(id, op, other, a, b) (mutant(id) ? (a other b) : (a op b))
/* The same where both can be worked out: it is reached only if the results differ. */
#define MUTANT_VALUE(id, op, other, a, b)                                                          \
	({                                                                                         \
		__auto_type kept_ = (a)op(b);                                                      \
		__auto_type changed_ = (a)other(b);                                                \
		mutant_if(id, kept_ != changed_) ? changed_ : kept_;                               \
	})
/* An expression that stands as a statement is left out. */
#define MUTANT_DROP(id, expression) (mutant(id) ? (void)0 : (void)(expression))
#define MUTANT_NOT(id, condition)   (mutant(id) ? !(condition) : !!(condition))
#define MUTANT_ADD(id, literal)     (mutant(id) ? (literal) + 1 : (literal))
/* An error is forgotten; a call that would have returned it is not made. */
#define MUTANT_OK(id, error)        (mutant_if(id, (error) != FL_OK) ? FL_OK : (error))
#define MUTANT_OK_CALL(id, error)   (mutant(id) ? FL_OK : (error))

#endif
