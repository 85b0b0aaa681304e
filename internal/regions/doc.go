// Package regions is the regions that a server serves: a list of names, or any.
// It owns the form of a region's name and of the setting, and knows nothing of
// what is in a region.
package regions
