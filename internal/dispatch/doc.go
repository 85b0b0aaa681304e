// Package dispatch takes every call the same way, in any protocol or from inside the process.
// [Dispatcher] takes each call through the same steps, and an operation can leave none out:
//
//  1. find the operation that the request names
//  2. check the rate limit of the caller
//  3. read the body, up to its limit
//  4. authenticate the caller, if the operation must be signed
//  5. check the input against the model, and bind it to its type
//  6. check the permission of the caller on the resource; or find the caller of an operation
//     that needs no signature
//  7. check that what the input names is in the region of the call
//  8. carry out the operation
//  9. recover from a panic in any step, and answer
//  10. end: write the log line, and call the hook that writes the audit
//
// A [Protocol] finds operations in requests, decodes inputs, and encodes outputs and errors. It
// decides nothing. A [Call] carries what is known of a call from step to step, and to handlers
// that need it.
//
// Between steps 4 and 5 some callers are refused early. They may do the operation on no resource
// at all, or the permission needs nothing of the input and they lack it. A large body of such a
// call is not decoded, and its refusal names no resource. The refusal does not say what is wrong
// with the input.
//
// If a small input is invalid, step 6 comes before step 5. It uses the members that the
// permission depends on, as far as they are valid. So a caller without permission learns nothing
// more than that. Then a call waits until there is room for it ([Budgets]) if it has a large body
// or its operation needs much memory.
//
// dispatcher.go has the operations and options, way.go the steps, http.go requests, inside.go
// calls from inside the process, protocol.go what a protocol provides, and call.go what is known
// of a call.
package dispatch
