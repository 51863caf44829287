/** Pictures changed at random before they are trained on, in a way that can be repeated. */
package org.sparkfinetune.data.augment;
