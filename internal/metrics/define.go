package metrics

import (
	"github.com/prometheus/client_golang/prometheus"
)

// Definition says what a metric is.
type Definition struct {
	Name   string
	Type   string // counter, gauge or histogram
	Labels []string
	Help   string
}

// prefix begins the names of our own metrics.
const prefix = "poolhouse_"

// define notes a definition and returns the metric's name.
func (m *Metrics) define(kind, name, help string, labels []string) string {
	m.defined = append(m.defined, Definition{Name: prefix + name, Type: kind, Labels: labels, Help: help})
	return prefix + name
}

func (m *Metrics) counter(name, help string) prometheus.Counter {
	c := prometheus.NewCounter(prometheus.CounterOpts{Name: m.define("counter", name, help, nil), Help: help})
	m.registry.MustRegister(c)
	return c
}

func (m *Metrics) counters(name, help string, labels ...string) *prometheus.CounterVec {
	c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: m.define("counter", name, help, labels), Help: help}, labels)
	m.registry.MustRegister(c)
	return c
}

func (m *Metrics) gauge(name, help string) prometheus.Gauge {
	g := prometheus.NewGauge(prometheus.GaugeOpts{Name: m.define("gauge", name, help, nil), Help: help})
	m.registry.MustRegister(g)
	return g
}

func (m *Metrics) histogram(name, help string, buckets []float64) prometheus.Histogram {
	h := prometheus.NewHistogram(prometheus.HistogramOpts{Name: m.define("histogram", name, help, nil), Help: help, Buckets: buckets})
	m.registry.MustRegister(h)
	return h
}

func (m *Metrics) histograms(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
	h := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: m.define("histogram", name, help, labels), Help: help, Buckets: buckets}, labels)
	m.registry.MustRegister(h)
	return h
}

// scraped defines a metric whose values a scrape asks for.
func (m *Metrics) scraped(kind, name, help string, labels ...string) scraped {
	of := prometheus.GaugeValue
	if kind == "counter" {
		of = prometheus.CounterValue
	}
	return scraped{desc: prometheus.NewDesc(m.define(kind, name, help, labels), help, labels, nil), of: of}
}

// scraped is a metric whose values a scrape asks for.
type scraped struct {
	desc *prometheus.Desc
	of   prometheus.ValueType
}

func (s scraped) value(value float64, labels ...string) prometheus.Metric {
	return prometheus.MustNewConstMetric(s.desc, s.of, value, labels...)
}
