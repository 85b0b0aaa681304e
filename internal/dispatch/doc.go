// Package dispatch is the one way of a call, in whatever protocol it comes or
// from inside of the process. [Dispatcher] takes each call through the same
// steps, none of which an operation can leave out:
//
//  1. find the operation that the request names
//  2. ask whether the caller is within its limit
//  3. read the body, which is bounded
//  4. authenticate the caller, if the operation must be signed
//  5. check the input against the model, and bind it to its type
//  6. ask whether the caller may do this on the resource; or name the caller of
//     an operation that needs no signature
//  7. ask whether what the input names is in the region that the call is for
//  8. carry the operation out
//  9. recover from a panic in any step, and answer
//  10. end: a line in the log, and the hook that writes the audit
//
// A [Protocol] finds operations in requests, reads inputs, and writes outputs
// and errors; it decides nothing. A [Call] carries what is known of a call from
// step to step, and to handlers that need it.
//
// Between the steps 4 and 5 a caller who may do the operation on no resource at
// all is found out, and one who may not do an operation whose permission needs
// nothing of the input: a large body of such a call is not decoded, and its refusal
// names no resource. What is wrong with its input is not told. If a small input is wrong,
// step 6 comes before step 5, with the members on which the permission depends, where
// these are good: so who may not do what a call asks for learns no more than that. Then a call with a
// large body, and one of an operation that needs much memory, waits until there is
// room for it ([Budgets]).
package dispatch
